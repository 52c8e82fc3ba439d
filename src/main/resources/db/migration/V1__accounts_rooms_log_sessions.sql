-- Every table that grows is keyed by room or by account first, so that it can be partitioned by that key.
-- Every constraint has a name: the code tells faults apart by it.

create table account (
    id            uuid        not null,
    name          text        not null,
    -- The name as it is compared: names are unique without regard to case, by the program's rules
    -- and not by a collation that differs from one database to the next.
    name_key      text        not null,
    password_hash text        not null,
    created_at    timestamptz not null default now(),
    constraint account_pk primary key (id),
    constraint account_name_unique unique (name_key)
);

create table room (
    id            uuid        not null,
    name          text        not null,
    visibility    text        not null,
    head_seq      bigint      not null default 0,
    message_count bigint      not null default 0,
    floor_seq     bigint      not null default 1,
    created_at    timestamptz not null default now(),
    constraint room_pk primary key (id),
    constraint room_visibility_known check (visibility in ('public', 'private')),
    constraint room_counts_sound check (head_seq >= 0 and message_count between 0 and head_seq and floor_seq >= 1)
) with (fillfactor = 50); -- head_seq moves with every batch: room for the new version on the same page

create table member (
    room_id    uuid   not null,
    account_id uuid   not null,
    role       text   not null,
    joined_seq bigint not null,
    read_seq   bigint not null default 0,
    constraint member_pk primary key (room_id, account_id),
    constraint member_room_known foreign key (room_id) references room (id),
    constraint member_account_known foreign key (account_id) references account (id),
    constraint member_role_known check (role in ('owner', 'admin', 'member'))
);

-- With the room in it, it is no worse than the key for asking after one membership of an account in thousands of rooms.
create index member_by_account on member (account_id, room_id);

-- The log. No foreign keys: append_entries and change_room are its only writers, they hold the room's
-- row lock and have checked the member, and a key check per line would cost more than the line.
create table entry (
    room_id      uuid        not null,
    seq          bigint      not null,
    sender_id    uuid        not null,
    cid          text        not null,
    kind         text        not null,
    at           timestamptz not null,
    payload      jsonb       not null,
    payload_hash bytea       not null,
    target_seq   bigint,
    constraint entry_pk primary key (room_id, seq),
    constraint entry_cid_unique unique (room_id, sender_id, cid),
    constraint entry_seq_positive check (seq >= 1)
);

create table active_session (
    account_id   uuid        not null,
    id           uuid        not null,
    secret_hash  bytea       not null,
    generation   bigint      not null,
    -- {"<room id>": <highest acknowledged seq>, …}
    cursors      jsonb       not null default '{}',
    device       text        not null default '',
    -- The node that the session's connection is on; null while it has none.
    node_id      uuid,
    created_at   timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at   timestamptz not null,
    constraint active_session_pk primary key (account_id, id)
);

create index active_session_by_expiry on active_session (expires_at);
create index active_session_by_node on active_session (node_id) where node_id is not null;

create table node (
    id           uuid        not null,
    version      text        not null,
    started_at   timestamptz not null default now(),
    heartbeat_at timestamptz not null default now(),
    constraint node_pk primary key (id)
);
