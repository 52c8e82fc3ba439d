package dev.parley.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A wire to a server on this machine that can fail on command: refuse, reset, fall silent, be slow, or lose the answer to
 * what was just committed. Thread-safe; two threads a connection.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;
    /** A crowd may come at once. */
    private static final int BACKLOG = 4096;

    private final ServerSocket entrance;
    private volatile int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean refusing;
    private boolean silent;
    private long delayMillis;
    private byte[] marker = {};
    private int toLose;
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    private FaultProxy(int target) throws IOException {
        this.target = target;
        this.entrance = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("fault-proxy").start(this::accept);
    }

    /** Listens on a free port and passes everything on to that port of this machine. */
    public static FaultProxy to(int port) {
        try {
            return new FaultProxy(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** From now on new connections go to that port of this machine; those that are open stay where they are. */
    public void leadsTo(int port) {
        target = port;
    }

    /** Everything works again; what was kept back while silent arrives now. */
    public void passes() {
        change(() -> {
            refusing = false;
            silent = false;
            delayMillis = 0;
            toLose = 0;
        });
    }

    /** Resets what is open, and each new connection at once: the server is away. */
    public void refuses() {
        refused.set(0);
        change(() -> refusing = true);
        int _ = resets();
    }

    /** Resets what is open, and says how much that was; new connections work. */
    public int resets() {
        var open = List.copyOf(links);
        open.forEach(Link::reset);
        Faults.injected("connections reset", open.size());
        return open.size();
    }

    /** Keeps everything back: a frozen server, or a dead wire. New connections open and hear nothing. */
    public void fallsSilent() {
        Faults.injected("connections gone silent", links.size());
        change(() -> silent = true);
    }

    /** Each answer of the server takes that much longer. */
    public void delays(long millis) {
        Faults.injected("slow wire", links.isEmpty() ? 0 : 1);
        change(() -> delayMillis = millis);
    }

    /** The next {@code times} answers to requests that hold the text are lost, and their connections reset. */
    public void losesAnswersTo(String text, int times) {
        change(() -> {
            marker = text.getBytes(StandardCharsets.UTF_8);
            toLose = times;
        });
    }

    /** Answers lost so far: a test whose fault did not happen has shown nothing. */
    public int answersLost() {
        return lost.get();
    }

    /** Connections refused since the last {@link #refuses}. */
    public int refusals() {
        return refused.get();
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        links.forEach(Link::reset);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                var near = entrance.accept();
                Thread.ofVirtual().start(() -> connect(near));
            } catch (SocketException _) {
                return; // closed
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void connect(Socket near) {
        var link = new Link(near, new Socket());
        links.add(link);
        try {
            near.setTcpNoDelay(true);
            if (isRefusing()) {
                refused.incrementAndGet();
                link.reset();
                return;
            }
            link.far.setTcpNoDelay(true);
            link.far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            Thread.ofVirtual().start(() -> link.pump(link.near, link.far, true));
            link.pump(link.far, link.near, false);
        } catch (IOException _) {
            link.reset();
        }
    }

    private boolean isRefusing() {
        lock.lock();
        try {
            return refusing;
        } finally {
            lock.unlock();
        }
    }

    /** Waits as long as nothing may pass. */
    private void awaitPassage(boolean answer) throws InterruptedException {
        lock.lock();
        try {
            long nanos = answer ? TimeUnit.MILLISECONDS.toNanos(delayMillis) : 0;
            while (nanos > 0 && !refusing) {
                nanos = changed.awaitNanos(nanos);
            }
            while (silent && !refusing) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean takesOneToLose() {
        lock.lock();
        try {
            return toLose > 0 && toLose-- > 0;
        } finally {
            lock.unlock();
        }
    }

    private boolean isMarked(byte[] bytes, int length) {
        lock.lock();
        try {
            return toLose > 0 && indexOf(bytes, length, marker) >= 0;
        } finally {
            lock.unlock();
        }
    }

    private static int indexOf(byte[] bytes, int length, byte[] wanted) {
        for (int i = 0; i + wanted.length <= length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    private final class Link {
        private final Socket near;
        private final Socket far;
        private volatile boolean loses;

        Link(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        void pump(Socket from, Socket to, boolean request) {
            var buffer = new byte[BUFFER];
            try (InputStream in = from.getInputStream()) {
                var out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    awaitPassage(!request);
                    if (request && isMarked(buffer, length)) {
                        loses = true;
                    }
                    if (!request && loses && takesOneToLose()) {
                        lost.incrementAndGet();
                        Faults.injected("answers lost");
                        return; // the finally below resets both ends
                    }
                    out.write(buffer, 0, length);
                }
            } catch (IOException _) {
                // the other end is gone; so is this link
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                reset();
            }
        }

        void reset() {
            links.remove(this);
            for (var socket : new Socket[] {near, far}) {
                try {
                    socket.setSoLinger(true, 0); // closing says RST
                    socket.close();
                } catch (IOException _) {
                    // closed already
                }
            }
        }
    }
}
