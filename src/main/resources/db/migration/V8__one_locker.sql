-- The block that can be taken back begins before the rooms are locked: what locks a row and what then writes it are one
-- subtransaction. With the lock outside, PostgreSQL made a MultiXact of both for each batch. If the block is
-- taken back, so are its locks; append_entries takes them anew, and looks everything up after that.
-- Otherwise append_batch is as in V7.
create or replace function append_batch(
    rooms uuid[], lines int[], room_of int[], nth int[], senders uuid[], cids text[], payloads text[], hashes bytea[])
    returns table (
        heads bigint[], written_at timestamptz, outcomes text[], seqs bigint[], ats timestamptz[])
    language plpgsql
    volatile
    -- One plan for every batch size (planning each batch anew costs 1 ms), made perhaps while the log was empty and kept
    -- as long as the connection. Nothing below leaves a choice between plans but that of reading a whole table.
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    locked uuid[];
    head bigint;
begin
    if cardinality(cids) = 1 then
        update room set head_seq = head_seq + 1, message_count = message_count + 1
         where id = rooms[1] and exists (select from member where room_id = rooms[1] and account_id = senders[1])
        returning head_seq - 1 into head;
        if found then
            -- Sees what was committed before the lock, a member's leaving too: it is a statement of its own.
            insert into entry (room_id, seq, sender_id, cid, kind, at, payload, payload_hash)
            select rooms[1], head + 1, senders[1], cids[1], 'message', clock_timestamp(), payloads[1]::jsonb, hashes[1]
             where exists (select from member where room_id = rooms[1] and account_id = senders[1])
            on conflict (room_id, sender_id, cid) do nothing
            returning at into written_at;
            if found then
                heads := array[head];
                return next;
                return;
            end if;
            -- Nobody has seen the head that was moved too early.
            update room set head_seq = head, message_count = message_count - 1 where id = rooms[1];
        end if;
    else
        begin
            select array_agg(id), array_agg(head_seq) into locked, heads
              from (select id, head_seq from room where id = any (rooms) order by id for no key update) as room;

            -- offset 0 keeps the look-up a look-up by key, whatever was known of the table when this was planned.
            if not exists (
                select from (select distinct rooms[r] as room_id, sender
                               from unnest(room_of, senders) as i (r, sender)) as i
                  left join lateral (select true as is_member from member
                                      where room_id = i.room_id and account_id = i.sender offset 0) m on true
                 where is_member is null)
            then
                if locked is distinct from rooms then
                    raise exception 'the rooms of a batch must be distinct and ascending';
                end if;
                written_at := clock_timestamp();
                insert into entry (room_id, seq, sender_id, cid, kind, at, payload, payload_hash)
                select rooms[r], heads[r] + n, sender, cid, 'message', written_at, payload::jsonb, hash
                  from unnest(room_of, nth, senders, cids, payloads, hashes) as i (r, n, sender, cid, payload, hash);
                -- The bucket of a room among the rooms is its place.
                update room
                   set head_seq = head_seq + lines[width_bucket(id, rooms)],
                       message_count = message_count + lines[width_bucket(id, rooms)]
                 where id = any (rooms);
                return next;
                return;
            end if;
        exception when unique_violation then
            written_at := null;
        end;
    end if;

    heads := null;
    select array_agg(outcome order by item), array_agg(seq order by item), array_agg(a.written_at order by item)
      into outcomes, seqs, ats
      from append_entries(
               (select array_agg(rooms[r] order by n) from unnest(room_of) with ordinality as i (r, n)),
               senders, cids, array_fill('message'::text, array[cardinality(cids)]), payloads, hashes) as a;
    return next;
end
$$;
