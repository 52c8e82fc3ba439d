-- The only writers of the log. Both lock the rooms' rows first and look everything else up afterwards: a
-- volatile function takes a new snapshot for each statement, so what stood before the lock was got is seen.
-- The lock is held to the commit, hence commit order = seq order in every room, and a number is taken only
-- for a line that is written: neither a duplicate nor a rollback burns one.

-- Appends a batch of lines to many rooms. The arrays run in parallel, one item each; the result has one row an
-- item (item counts from 1):
--   new        written, seq and written_at are its place
--   dup        the same sender wrote the same payload under this cid before: seq and written_at of then
--   conflict   the same sender used this cid before for another payload
--   not_member, no_room   refused; a private room does not exist for those who are not in it
create function append_entries(
    rooms uuid[], senders uuid[], cids text[], kinds text[], payloads text[], hashes bytea[])
    returns table (item int, outcome text, seq bigint, written_at timestamptz)
    language plpgsql
    volatile
    -- One plan for every batch size (planning each batch anew costs 1 ms), made perhaps while the log was empty
    -- and kept as long as the connection: never let it read a whole table or build a hash of one.
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_hashjoin = off
    set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
    this_moment timestamptz;
begin
    perform from room where id = any (rooms) order by id for no key update;
    this_moment := clock_timestamp();
    return query
    with item as (
        select i.*, r.id is not null as room_exists, r.visibility, r.head_seq,
               m.account_id is not null as is_member,
               e.seq as known_seq, e.at as known_at, e.payload_hash as known_hash,
               -- The first item in the batch under a cid writes; repeats within the batch follow it.
               min(i.n) over (partition by i.room_id, i.sender_id, i.cid) as leader
          from unnest(rooms, senders, cids, kinds, payloads, hashes) with ordinality
               as i (room_id, sender_id, cid, kind, payload, hash, n)
          -- offset 0 keeps each look-up a look-up by key: as a plain join over an empty, just analyzed log it was
          -- planned over whole rooms, and stayed so while the log grew (321 µs per line instead of 20).
          left join lateral (select * from room where id = i.room_id offset 0) r on true
          left join lateral (select * from member where room_id = i.room_id and account_id = i.sender_id offset 0) m
               on true
          left join lateral (select seq, at, payload_hash from entry
                              where room_id = i.room_id and sender_id = i.sender_id and cid = i.cid offset 0) e
               on true
    ), counted as (
        select item.*, writes,
               head_seq + count(*) filter (where writes) over (partition by room_id order by n) as new_seq
          from item, lateral (select is_member and known_seq is null and n = leader) as w (writes)
    ), placed as materialized (
        select counted.*,
               first_value(new_seq) over same_cid as leader_seq,
               first_value(hash) over same_cid as leader_hash
          from counted
        window same_cid as (partition by room_id, sender_id, cid order by n)
    ), written as (
        insert into entry (room_id, seq, sender_id, cid, kind, at, payload, payload_hash)
        select room_id, new_seq, sender_id, cid, kind, this_moment, payload::jsonb, hash
          from placed where writes order by room_id, new_seq
    ), moved as (
        update room
           set head_seq = head_seq + c.lines, message_count = message_count + c.messages
          from (select room_id, count(*) as lines, count(*) filter (where kind = 'message') as messages
                  from placed where writes group by room_id) as c
         where room.id = c.room_id
    )
    select n::int,
           case
               when known_seq is not null then case when known_hash = hash then 'dup' else 'conflict' end
               when not room_exists or (visibility = 'private' and not is_member) then 'no_room'
               when not is_member then 'not_member'
               when writes then 'new'
               when leader_hash = hash then 'dup'
               else 'conflict'
           end,
           coalesce(known_seq, leader_seq),
           coalesce(known_at, this_moment)
      from placed
     order by n;
end
$$;

-- Creates, joins or leaves a room and writes the line that says so. One row, outcomes as above. Joining a room
-- that one is in already answers with the place of the line that let one in. The line of a creation holds the
-- room's name and visibility; a room that is there already is not created by another command (conflict).
create function change_room(change text, target uuid, actor uuid, command_id text, line jsonb, line_hash bytea)
    returns table (outcome text, seq bigint, written_at timestamptz)
    language plpgsql
    volatile
as $$
#variable_conflict use_column
declare
    this_moment timestamptz;
    the_room    room;
    membership  member;
    known       entry;
    is_new      boolean := false;
begin
    if change = 'create' then
        insert into room (id, name, visibility) values (target, line ->> 'name', line ->> 'visibility')
        on conflict on constraint room_pk do nothing;
        is_new := found;
    end if;
    select * into the_room from room where id = target for no key update;
    if the_room.id is null then
        return query select 'no_room', null::bigint, null::timestamptz;
        return;
    end if;
    select * into known from entry where room_id = target and sender_id = actor and cid = command_id;
    if known.seq is not null then
        return query select case when known.payload_hash = line_hash then 'dup' else 'conflict' end, known.seq, known.at;
        return;
    end if;
    if change = 'create' and not is_new then
        return query select 'conflict', null::bigint, null::timestamptz;
        return;
    end if;
    select * into membership from member where room_id = target and account_id = actor;
    if change <> 'create' and membership.account_id is null
        and (change = 'leave' or the_room.visibility = 'private') then
        return query select case when the_room.visibility = 'private' then 'no_room' else 'not_member' end,
                            null::bigint, null::timestamptz;
        return;
    end if;
    if change = 'join' and membership.account_id is not null then
        return query select 'dup', membership.joined_seq, e.at
                       from entry e where e.room_id = target and e.seq = membership.joined_seq;
        return;
    end if;

    this_moment := clock_timestamp();
    update room set head_seq = head_seq + 1 where id = target returning * into the_room;
    insert into entry (room_id, seq, sender_id, cid, kind, at, payload, payload_hash)
    values (target, the_room.head_seq, actor, command_id, change, this_moment, line, line_hash);
    if change = 'leave' then
        delete from member where room_id = target and account_id = actor;
    else
        insert into member (room_id, account_id, role, joined_seq)
        values (target, actor, case when change = 'create' then 'owner' else 'member' end, the_room.head_seq);
    end if;
    return query select 'new', the_room.head_seq, this_moment;
end
$$;
