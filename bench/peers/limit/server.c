/*
 * What this machine can do at all: one thread, group commit, one encoding for each message, writes coalesced.
 * No rooms' rows, no sessions, no checks: it trusts that frames are as the benchmark writes them, field by field.
 *
 *   {"type":"join","id":"j","room":"<uuid>"}                                         reads the room
 *   {"type":"send","id":"<10 digits>","room":"<uuid>","cid":"<19 characters>","body":"<text>"}
 *
 * PORT and DATABASE_URL are taken from the environment.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <libpq-fe.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DATABASES = 2, MOST_IN_BATCH = 1000, UUID = 36, ID = 10, CID = 19, ROOMS = 1 << 14 };

#define AT "2026-01-01T00:00:00.000000Z"
#define NOBODY "00000000-0000-0000-0000-000000000000"

typedef struct {
    char *bytes;
    size_t length, room;
} Buffer;

typedef struct {
    int fd;
    bool open, dirty, blocked;
    Buffer in, out;
} Client;

typedef struct {
    char id[UUID];
    bool used;
    Client **readers;
    int count;
    long seq;
} Room;

typedef struct {
    Client *by;
    Room *room;
    char id[ID], cid[CID], *body;
    size_t length;
} Message;

typedef struct {
    Message *all;
    size_t count, room;
} Batch;

typedef struct {
    PGconn *link;
    bool busy;
    Batch batch;
} Database;

static Room rooms[ROOMS];
static Database databases[DATABASES];
static Batch waiting;
static Client **dirty;
static size_t dirty_count, dirty_room;
static int poll_fd;

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static void grow(Buffer *buffer, size_t more) {
    if (buffer->length + more > buffer->room) {
        buffer->room = (buffer->length + more) * 2;
        buffer->bytes = realloc(buffer->bytes, buffer->room);
    }
}

static void add(Buffer *buffer, const char *bytes, size_t length) {
    grow(buffer, length);
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

static void write_later(Client *client, const char *bytes, size_t length) {
    if (!client->open) return;
    add(&client->out, bytes, length);
    if (!client->dirty) {
        client->dirty = true;
        if (dirty_count == dirty_room) dirty = realloc(dirty, (dirty_room = dirty_room * 2 + 64) * sizeof *dirty);
        dirty[dirty_count++] = client;
    }
}

static size_t text_frame(char *frame, const char *text, size_t length) {
    size_t header = length < 126 ? 2 : 4;
    frame[0] = (char)0x81;
    frame[1] = (char)(length < 126 ? length : 126);
    if (header == 4) {
        frame[2] = (char)(length >> 8);
        frame[3] = (char)length;
    }
    memcpy(frame + header, text, length);
    return header + length;
}

static void flush(Client *client) {
    size_t done = 0;
    while (client->open && done < client->out.length) {
        ssize_t n = write(client->fd, client->out.bytes + done, client->out.length - done);
        if (n < 0) break;
        done += (size_t)n;
    }
    memmove(client->out.bytes, client->out.bytes + done, client->out.length - done);
    client->out.length -= done;
    bool blocked = client->out.length > 0;
    if (client->open && blocked != client->blocked) {
        struct epoll_event event = {.events = blocked ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = client};
        epoll_ctl(poll_fd, EPOLL_CTL_MOD, client->fd, &event);
        client->blocked = blocked;
    }
}

static Room *room_of(const char *id) {
    uint32_t hash = 2166136261u;
    for (int i = 0; i < UUID; i++) hash = (hash ^ (uint8_t)id[i]) * 16777619u;
    for (uint32_t at = hash % ROOMS;; at = (at + 1) % ROOMS) {
        if (!rooms[at].used) {
            rooms[at].used = true;
            memcpy(rooms[at].id, id, UUID);
            return &rooms[at];
        }
        if (memcmp(rooms[at].id, id, UUID) == 0) return &rooms[at];
    }
}

/* One statement for all that waits, on the first connection that is free. */
static void commit_waiting(void) {
    static Buffer in[3];
    for (int d = 0; d < DATABASES && waiting.count > 0; d++) {
        Database *database = &databases[d];
        if (database->busy) continue;
        size_t count = waiting.count < MOST_IN_BATCH ? waiting.count : MOST_IN_BATCH;
        if (database->batch.room < count)
            database->batch.all = realloc(database->batch.all, (database->batch.room = count * 2) * sizeof(Message));
        memcpy(database->batch.all, waiting.all, count * sizeof(Message));
        database->batch.count = count;
        waiting.count -= count;
        memmove(waiting.all, waiting.all + count, waiting.count * sizeof(Message));
        for (int i = 0; i < 3; i++) in[i].length = 0;
        for (size_t i = 0; i < count; i++) {
            Message *message = &database->batch.all[i];
            const char *between = i == 0 ? "{" : ",";
            add(&in[0], between, 1);
            add(&in[0], message->room->id, UUID);
            add(&in[1], between, 1);
            add(&in[1], message->cid, CID);
            add(&in[2], between, 1);
            add(&in[2], "\"", 1);
            add(&in[2], message->body, message->length); /* JSON escapes what an array literal does */
            add(&in[2], "\"", 1);
        }
        const char *values[3];
        for (int i = 0; i < 3; i++) {
            add(&in[i], "}", 2);
            values[i] = in[i].bytes;
        }
        if (!PQsendQueryPrepared(database->link, "add", 3, values, NULL, NULL, 0)) {
            fprintf(stderr, "%s", PQerrorMessage(database->link));
            exit(1);
        }
        PQflush(database->link);
        database->busy = true;
    }
}

static void tell(Message *message) {
    static char text[1 << 17], frame[1 << 17];
    long seq = ++message->room->seq;
    int length = sprintf(
        text, "{\"type\":\"ok\",\"re\":\"%.*s\",\"room\":\"%.*s\",\"seq\":%ld,\"at\":\"" AT "\",\"dup\":false}", ID,
        message->id, UUID, message->room->id, seq);
    write_later(message->by, frame, text_frame(frame, text, (size_t)length));
    if (message->room->count > 0) {
        length = sprintf(
            text,
            "{\"type\":\"entry\",\"room\":\"%.*s\",\"seq\":%ld,\"kind\":\"message\",\"by\":\"" NOBODY "\",\"at\":\"" AT
            "\",\"cid\":\"%.*s\",\"data\":{\"body\":\"%.*s\"}}",
            UUID, message->room->id, seq, CID, message->cid, (int)message->length, message->body);
        size_t whole = text_frame(frame, text, (size_t)length);
        for (int i = 0; i < message->room->count; i++) write_later(message->room->readers[i], frame, whole);
    }
    free(message->body);
}

static void committed(Database *database) {
    if (!PQconsumeInput(database->link)) fail(PQerrorMessage(database->link));
    while (database->busy && !PQisBusy(database->link)) {
        PGresult *result = PQgetResult(database->link);
        if (result == NULL) {
            database->busy = false;
            for (size_t i = 0; i < database->batch.count; i++) tell(&database->batch.all[i]);
        } else {
            if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(PQresultErrorMessage(result));
            PQclear(result);
        }
    }
}

static void heard(Client *client, char *text, size_t length) {
    static const char join[] = "{\"type\":\"join\",\"id\":\"j\",\"room\":\"", send[] = "{\"type\":\"send\",\"id\":\"";
    static const size_t room_at = sizeof send - 1 + ID + sizeof "\",\"room\":\"" - 1;
    static const size_t cid_at = room_at + UUID + sizeof "\",\"cid\":\"" - 1;
    static const size_t body_at = cid_at + CID + sizeof "\",\"body\":\"" - 1;
    if (text[9] == 'j') {
        Room *room = room_of(text + sizeof join - 1);
        room->readers = realloc(room->readers, (size_t)(room->count + 1) * sizeof(Client *));
        room->readers[room->count++] = client;
        char frame[64];
        write_later(client, frame, text_frame(frame, "{\"type\":\"ok\",\"re\":\"j\"}", 22));
        return;
    }
    if (waiting.count == waiting.room)
        waiting.all = realloc(waiting.all, (waiting.room = waiting.room * 2 + 1024) * sizeof(Message));
    Message *message = &waiting.all[waiting.count++];
    message->by = client;
    message->room = room_of(text + room_at);
    memcpy(message->id, text + sizeof send - 1, ID);
    memcpy(message->cid, text + cid_at, CID);
    message->length = length - body_at - 2;
    message->body = malloc(message->length);
    memcpy(message->body, text + body_at, message->length);
}

static void upgrade(Client *client) {
    client->in.bytes[client->in.length] = 0;
    char *end = strstr(client->in.bytes, "\r\n\r\n"), *key = strstr(client->in.bytes, "Sec-WebSocket-Key: ");
    if (end == NULL || key == NULL) return;
    char salted[24 + 36 + 1], answer[256];
    unsigned char digest[SHA_DIGEST_LENGTH], accept[32];
    sprintf(salted, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key + 19);
    SHA1((unsigned char *)salted, 60, digest);
    EVP_EncodeBlock(accept, digest, sizeof digest);
    int length = sprintf(
        answer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n\r\n",
        accept);
    write_later(client, answer, (size_t)length);
    client->in.length = 0;
}

static bool take_frame(Client *client, size_t *at) {
    unsigned char *frame = (unsigned char *)client->in.bytes + *at;
    size_t there = client->in.length - *at;
    if (there < 6) return false;
    size_t length = frame[1] & 0x7F, header = 6;
    if (length == 126) {
        length = (size_t)frame[2] << 8 | frame[3];
        header = 8;
    }
    if (there < header + length) return false;
    for (size_t i = 0; i < length; i++) frame[header + i] ^= frame[header - 4 + (i & 3)];
    if ((frame[0] & 0x0F) == 1) heard(client, (char *)frame + header, length);
    *at += header + length;
    return true;
}

static void readable(Client *client) {
    grow(&client->in, 1 << 14);
    ssize_t n = read(client->fd, client->in.bytes + client->in.length, client->in.room - client->in.length - 1);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) { /* its rooms are those of one run, which is over */
            client->open = false;
            close(client->fd);
        }
        return;
    }
    client->in.length += (size_t)n;
    if (client->in.bytes[0] == 'G') {
        upgrade(client);
        return;
    }
    size_t at = 0;
    while (take_frame(client, &at)) {}
    memmove(client->in.bytes, client->in.bytes + at, client->in.length - at);
    client->in.length -= at;
}

static void watch(int fd, void *what) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};
    if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll");
}

static void welcome(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Client *client = calloc(1, sizeof *client);
    client->fd = fd;
    client->open = true;
    watch(fd, client);
}

static void connect_to(Database *database, bool first) {
    database->link = PQconnectdb(getenv("DATABASE_URL"));
    if (PQstatus(database->link) != CONNECTION_OK) fail(PQerrorMessage(database->link));
    if (first)
        PQclear(PQexec(
            database->link,
            "create table message (id bigserial primary key, room uuid not null, cid text not null, body text not null)"));
    PQclear(PQprepare(
        database->link, "add",
        "insert into message (room, cid, body) select * from unnest($1::uuid[], $2::text[], $3::text[])", 0, NULL));
    PQsetnonblocking(database->link, 1);
    watch(PQsocket(database->link), database);
}

int main(void) {
    poll_fd = epoll_create1(0);
    for (int i = 0; i < DATABASES; i++) connect_to(&databases[i], i == 0);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(getenv("PORT")))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 4096) < 0) fail("listen");
    watch(listener, &listener);
    struct epoll_event events[1024];
    for (;;) {
        int count = epoll_wait(poll_fd, events, 1024, -1);
        for (int i = 0; i < count; i++) {
            void *what = events[i].data.ptr;
            if (what == &listener) {
                welcome(listener);
            } else if (what >= (void *)databases && what < (void *)(databases + DATABASES)) {
                committed(what);
            } else {
                if (events[i].events & EPOLLOUT) flush(what);
                if (events[i].events & ~(uint32_t)EPOLLOUT) readable(what);
            }
        }
        commit_waiting();
        for (size_t i = 0; i < dirty_count; i++) {
            dirty[i]->dirty = false;
            flush(dirty[i]);
        }
        dirty_count = 0;
    }
}
