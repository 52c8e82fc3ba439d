package dev.parley.cluster;

import java.util.UUID;

/**
 * What nodes tell each other so that they need not wait until they look: where to look, never what is there. May be lost,
 * doubled or late.
 */
public sealed interface Wakeup {

    /** Of wake-ups about the same, the latest is told. */
    Object about();

    /** What is told if {@code older} is about the same and was not told yet. */
    default Wakeup instead(Wakeup older) {
        return this;
    }

    /** Whether it is better dropped than told late. */
    default boolean isFleeting() {
        return false;
    }

    /** The kind, and the ids that tell one from another of it. */
    record About(Class<? extends Wakeup> kind, UUID one, UUID other) {}

    /** The room has entries up to {@code head}. */
    record Grown(UUID room, long head) implements Wakeup {
        @Override
        public Object about() {
            return new About(Grown.class, room, room);
        }

        @Override
        public Wakeup instead(Wakeup older) {
            return older instanceof Grown known && known.head > head ? older : this;
        }
    }

    /** Somebody started or stopped typing. */
    record Typing(UUID room, UUID account, boolean on) implements Wakeup {
        @Override
        public Object about() {
            return new About(Typing.class, room, account);
        }

        @Override
        public boolean isFleeting() {
            return true;
        }
    }

    /** A connection of the node that tells it is attached to the session as {@code generation}. */
    record Attached(UUID session, long generation) implements Wakeup {
        @Override
        public Object about() {
            return new About(Attached.class, session, session);
        }

        @Override
        public Wakeup instead(Wakeup older) {
            return older instanceof Attached known && known.generation > generation ? older : this;
        }
    }

    /** What is told without a word about whom. */
    enum General implements Wakeup {
        /** The node that tells it has begun to listen. */
        HERE,
        /** Sessions were ended before their time: it is written down which. */
        SESSIONS_ENDED,
        /** More has happened than is worth naming. */
        MUCH;

        @Override
        public Object about() {
            return this;
        }
    }
}
