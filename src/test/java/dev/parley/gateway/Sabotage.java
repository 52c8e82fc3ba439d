package dev.parley.gateway;

import dev.parley.account.TokenVerifier;
import dev.parley.account.Tokens;
import dev.parley.cluster.Node;
import dev.parley.event.DomainEvent;
import dev.parley.event.Events;
import dev.parley.message.MessageConfig;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.EncodedEntry;
import dev.parley.protocol.ServerFrame;
import dev.parley.protocol.Visibility;
import dev.parley.room.OpenRequested;
import dev.parley.room.ReopenRequested;
import dev.parley.session.Attachment;
import dev.parley.session.HelloRequested;
import dev.parley.task.TaskManager;
import io.quarkus.test.junit.QuarkusMock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the socket and the features, in the place of {@link Commands}, and breaks what happens to the one command
 * whose id is {@link #ID}, at the stage that a test names. All other commands pass.
 */
@ApplicationScoped
class Sabotage {
    static final String ID = "boom";
    static final String SECRET = "a secret of ours";

    private static final ThreadLocal<@Nullable ClientFrame> CURRENT = new ThreadLocal<>();
    private static final UUID NOWHERE = new UUID(0, 0);

    enum Stage {
        /** Before a feature is asked. */
        DISPATCH,
        /** By the feature, when it is asked. */
        REQUEST,
        /** By the feature, later. */
        OUTCOME,
        /** When the answer is written. */
        ENCODE,
        /** Never. */
        SILENCE
    }

    private final TokenVerifier tokens;
    private final Events events;
    private final Commands commands;
    private final List<DomainEvent> swallowed = new CopyOnWriteArrayList<>();
    private final AtomicBoolean reopeningBroken = new AtomicBoolean();
    private volatile @Nullable Stage stage;

    /** What went wrong; its message must not reach a client. */
    static final class Planted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Planted() {
            super(SECRET);
        }
    }

    Sabotage(
            Tokens tokens,
            Admission admission,
            Events events,
            Attached attached,
            TaskManager tasks,
            ConnectionConfig config,
            EdgeLimits edge,
            MessageConfig messages,
            Node node) {
        this.tokens = tokens;
        this.events = events;
        Events broken = this::fire;
        var reopening = new Reopening(broken, admission, tasks, config);
        var welcomes = new Welcomes(config, edge, messages, node) {
            @Override
            ServerFrame.Welcome welcome(@Nullable String re, Attachment.Attached attachment, Map<UUID, Long> heads) {
                if (ID.equals(re) && stage == Stage.ENCODE) {
                    throw new Planted();
                }
                return super.welcome(re, attachment, heads);
            }
        };
        this.commands =
                new Commands(
                        new Greeting(this::verify, admission, broken, attached, reopening, welcomes), broken, config) {
                    @Override
                    Future<Outcome> perform(Connection connection, ClientFrame frame) {
                        CURRENT.set(frame);
                        try {
                            breakAt(Stage.DISPATCH);
                            return super.perform(connection, frame);
                        } finally {
                            CURRENT.remove();
                        }
                    }
                };
    }

    /** Until the end of the test. */
    void at(@Nullable Stage next) {
        stage = next;
        swallowed.clear();
        QuarkusMock.installMockForType(commands, Commands.class);
    }

    /** The next question for the rooms of a resume fails. */
    void ofNextReopening() {
        at(null);
        reopeningBroken.set(true);
    }

    /** Has those answered at last that were not at {@link Stage#SILENCE}. */
    void letGo() {
        swallowed.forEach(events::fire);
        swallowed.clear();
    }

    private TokenVerifier.Verdict verify(String token) {
        if (CURRENT.get() instanceof ClientFrame.Auth) {
            breakAt(Stage.REQUEST);
        }
        return tokens.verify(token);
    }

    private void fire(DomainEvent event) {
        if (event instanceof ReopenRequested && reopeningBroken.compareAndSet(true, false)) {
            throw new Planted();
        }
        // A hello is let in in its turn, which comes later.
        boolean hit = hit()
                || (event instanceof HelloRequested hello
                        && ID.equals(hello.frame().id()));
        if (!hit) {
            events.fire(event);
            return;
        }
        switch (stage) {
            case REQUEST -> throw new Planted();
            case OUTCOME -> answer(event).fail(new Planted());
            case ENCODE -> {
                if (event instanceof HelloRequested) {
                    events.fire(event); // its answer is encoded elsewhere
                } else {
                    answer(event).complete(unsayable(event));
                }
            }
            case SILENCE -> swallowed.add(event);
            case null, default -> events.fire(event);
        }
    }

    private void breakAt(Stage here) {
        if (hit() && stage == here) {
            throw new Planted();
        }
    }

    private static boolean hit() {
        var frame = CURRENT.get();
        return frame != null && ID.equals(frame.id());
    }

    /** The promise that the event carries. */
    @SuppressWarnings("unchecked")
    private static Promise<Object> answer(DomainEvent event) {
        for (var component : event.getClass().getRecordComponents()) {
            if (component.getType() == Promise.class) {
                try {
                    return (Promise<Object>) component.getAccessor().invoke(event);
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError(e.getMessage(), e);
                }
            }
        }
        throw new AssertionError(event + " has no answer");
    }

    /** A frame that cannot be encoded. */
    private static ServerFrame unsayable(DomainEvent event) {
        var entries = new AbstractList<EncodedEntry>() {
            @Override
            public EncodedEntry get(int index) {
                throw new Planted();
            }

            @Override
            public int size() {
                return 1;
            }
        };
        return event instanceof OpenRequested(var _, var frame, var _, var _)
                ? new ServerFrame.Opened(
                        ID,
                        frame.room(),
                        "",
                        Visibility.PUBLIC,
                        new ServerFrame.Me(NOWHERE, "member", 0),
                        List.of(),
                        1,
                        1,
                        1,
                        entries,
                        false)
                : new ServerFrame.Page(ID, NOWHERE, entries, false);
    }
}
