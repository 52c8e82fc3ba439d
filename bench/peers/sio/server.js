'use strict';
// A chat server as one writes it with socket.io and pg: insert, tell the room, acknowledge.
const { createServer } = require('node:http');
const { Server } = require('socket.io');
const { Pool } = require('pg');

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false });

const TABLE = `create table if not exists message (
    id bigserial primary key,
    room text not null,
    sender text not null,
    cid text not null,
    body text not null,
    at timestamptz not null default now())`;
const INSERT = {
  text: 'insert into message (room, sender, cid, body) values ($1, $2, $3, $4) returning id, at',
  // With a name, each connection prepares it once.
  name: process.argv[2] === 'sio-prep' ? 'insert' : undefined,
};

io.on('connection', (socket) => {
  socket.on('join', async (room, ack) => {
    await socket.join(room);
    ack({ ok: true });
  });
  socket.on('send', async (message, ack) => {
    try {
      const { room, cid, body } = message;
      const { rows } = await pool.query({ ...INSERT, values: [room, socket.id, cid, body] });
      const { id, at } = rows[0];
      io.to(room).emit('message', { id, room, by: socket.id, at, cid, body });
      ack({ id, at });
    } catch (e) {
      ack({ error: String(e) });
    }
  });
});

pool.query(TABLE).then(() => {
  http.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
});
