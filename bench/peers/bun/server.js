// A chat server as one writes it with Bun's own server and PostgreSQL client: insert, tell the room, acknowledge. As
// bun-group it commits in groups: all that waits with one insert.
import { SQL } from 'bun';

const grouped = process.argv[2] === 'bun-group';
const sql = new SQL(process.env.DATABASE_URL, { max: 20, idleTimeout: 10 });

const MOST_IN_GROUP = 1000;

let last = 0;
const waiting = [];
let committing = false;

const insert = ({ room, by, cid, body }) =>
  sql`insert into message (room, sender, cid, body) values (${room}, ${by}, ${cid}, ${body}) returning id, at`;

const column = (group, name) => sql.array(group.map((send) => send[name]), 'text');

// Rows come back in the order of their insertion, which is that of the arrays.
const insertAll = (group) => sql`
    insert into message (room, sender, cid, body)
    select * from unnest(
      ${column(group, 'room')}, ${column(group, 'by')}, ${column(group, 'cid')}, ${column(group, 'body')})
    returning id, at`;

// The server writes what it publishes to one reader together; the answers to one sender go with it.
function tell(group, rows) {
  const answers = new Map();
  group.forEach(({ socket, id: re, room, by, cid, body }, i) => {
    const { id, at } = rows[i];
    server.publish(room, JSON.stringify({ type: 'entry', room, id, by, at, cid, body }));
    if (!answers.has(socket)) answers.set(socket, []);
    answers.get(socket).push(JSON.stringify({ type: 'ok', re, id, at }));
  });
  for (const [socket, oks] of answers) socket.cork(() => oks.forEach((ok) => socket.send(ok)));
}

async function commit(group, inserted) {
  try {
    tell(group, await inserted(group));
  } catch (e) {
    for (const { socket, id: re } of group) {
      socket.send(JSON.stringify({ type: 'error', re, message: String(e) }));
    }
  }
}

// One group after the other: a room is told in the order of its ids.
async function commitWaiting() {
  committing = true;
  while (waiting.length > 0) await commit(waiting.splice(0, MOST_IN_GROUP), insertAll);
  committing = false;
}

function heard(send) {
  if (!grouped) {
    commit([send], ([one]) => insert(one));
    return;
  }
  waiting.push(send);
  if (!committing) commitWaiting();
}

await sql`create table if not exists message (
    id bigserial primary key,
    room text not null,
    sender text not null,
    cid text not null,
    body text not null,
    at timestamptz not null default now())`;

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env.PORT),
  fetch(request, server) {
    return server.upgrade(request, { data: { by: String(++last) } }) ? undefined : new Response(null, { status: 404 });
  },
  websocket: {
    // Nothing is dropped for a reader that is behind, as with ws.
    backpressureLimit: 0,
    message(socket, text) {
      const command = JSON.parse(text);
      if (command.type === 'join') {
        socket.subscribe(command.room);
        socket.send(JSON.stringify({ type: 'ok', re: command.id }));
      } else {
        heard({ ...command, socket, by: socket.data.by });
      }
    },
  },
});
