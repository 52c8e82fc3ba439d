'use strict';
// A chat server as one writes it with ws and pg: insert, tell the room, acknowledge.
const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');
const { Pool } = require('pg');

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const http = createServer();
const sockets = new WebSocketServer({ server: http, path: '/chat' });
const rooms = new Map();

const TABLE = `create table if not exists message (
    id bigserial primary key,
    room text not null,
    sender text not null,
    cid text not null,
    body text not null,
    at timestamptz not null default now())`;
const INSERT = 'insert into message (room, sender, cid, body) values ($1, $2, $3, $4) returning id, at';

let last = 0;

sockets.on('connection', (socket) => {
  const by = String(++last);
  const joined = new Set();
  socket.on('message', async (data) => {
    const command = JSON.parse(data);
    if (command.type === 'join') {
      if (!rooms.has(command.room)) rooms.set(command.room, new Set());
      rooms.get(command.room).add(socket);
      joined.add(command.room);
      socket.send(JSON.stringify({ type: 'ok', re: command.id }));
      return;
    }
    try {
      const { id: re, room, cid, body } = command;
      const { rows } = await pool.query(INSERT, [room, by, cid, body]);
      const { id, at } = rows[0];
      const entry = JSON.stringify({ type: 'entry', room, id, by, at, cid, body });
      for (const reader of rooms.get(room) ?? []) reader.send(entry);
      socket.send(JSON.stringify({ type: 'ok', re, id, at }));
    } catch (e) {
      socket.send(JSON.stringify({ type: 'error', re: command.id, message: String(e) }));
    }
  });
  socket.on('close', () => {
    for (const room of joined) {
      const readers = rooms.get(room);
      readers.delete(socket);
      if (readers.size === 0) rooms.delete(room);
    }
  });
});

pool.query(TABLE).then(() => {
  http.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
});
