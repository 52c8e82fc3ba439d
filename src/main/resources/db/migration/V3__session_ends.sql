-- Sessions that ended before their time: revoked, logged out, or displaced by a newer one. The row is written in the
-- statement that deletes the session, and tells the nodes that still know it. Deleted once every node has had time to
-- read it.
create table ended_session (
    account_id uuid        not null,
    session_id uuid        not null,
    at         timestamptz not null default now(),
    constraint ended_session_pk primary key (account_id, session_id)
);

-- How nodes read it: what is new, in order.
create index ended_session_by_time on ended_session (at, session_id);

-- An operator names a session, not its account.
create index active_session_by_id on active_session (id);

-- Begins a session of an account that may have so many. Beyond it the sessions that are not connected make room, those
-- that were seen least lately first; if they are too few, nothing is changed and it is not begun. Says which sessions it
-- ended. A repeat for the same session changes nothing.
create function begin_session(
    for_account uuid, new_id uuid, new_secret_hash bytea, new_device text, on_node uuid, until timestamptz, most int)
    returns table (begun boolean, displaced uuid[])
    language plpgsql
    volatile
as $$
declare
    surplus int;
    idle    uuid[] := '{}';
begin
    -- One at a time for each account; what was committed before is seen by the statements below, since a volatile
    -- function takes a new snapshot for each. Accounts that share a key wait for each other, no more.
    perform pg_advisory_xact_lock(hashtext('parley.session'), hashtext(for_account::text));
    if exists (select from active_session where account_id = for_account and id = new_id) then
        return query select true, idle;
        return;
    end if;
    select count(*) - most + 1 into surplus from active_session where account_id = for_account and expires_at > now();
    if surplus > 0 then
        select coalesce(array_agg(id), '{}') into idle
          from (select id from active_session
                 where account_id = for_account and node_id is null and expires_at > now()
                 order by last_seen_at, id
                 limit surplus
                   for update) as seen_least_lately;
        if cardinality(idle) < surplus then
            return query select false, '{}'::uuid[];
            return;
        end if;
        delete from active_session where account_id = for_account and id = any (idle);
        insert into ended_session (account_id, session_id) select for_account, unnest(idle)
        on conflict on constraint ended_session_pk do nothing;
    end if;
    insert into active_session (account_id, id, secret_hash, generation, device, node_id, expires_at)
    values (for_account, new_id, new_secret_hash, 1, new_device, on_node, until);
    return query select true, idle;
end
$$;
