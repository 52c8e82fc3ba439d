package dev.parley.cluster;

import dev.parley.cluster.Wakeup.Attached;
import dev.parley.cluster.Wakeup.General;
import dev.parley.cluster.Wakeup.Grown;
import dev.parley.cluster.Wakeup.Typing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Wake-ups as texts of ASCII, with spaces between: the form's number, the node that tells, and what it tells, such as
 * {@code 1 <node> g:<room>:<head> t:<room>:<account>:on a:<session>:<generation> ended}. A newer node may tell more than
 * an older one understands.
 */
final class WakeupText {
    private static final String FORM = "1";
    private static final int UUID_LENGTH = 36;

    private WakeupText() {}

    /**
     * What a text says.
     *
     * @param notUnderstood how much of it was not
     */
    record Told(UUID node, List<Wakeup> wakeups, int notUnderstood) {}

    /** As few texts as they fit into, at least one. */
    static List<String> write(UUID node, List<Wakeup> wakeups, int longest) {
        var texts = new ArrayList<String>();
        var text = new StringBuilder(FORM).append(' ').append(node);
        int empty = text.length();
        for (var wakeup : wakeups) {
            var word = word(wakeup);
            if (text.length() + 1 + word.length() > longest) {
                texts.add(text.toString());
                text.setLength(empty);
            }
            text.append(' ').append(word);
        }
        texts.add(text.toString());
        return texts;
    }

    /** Empty if it does not even say by whom it was told. */
    static Optional<Told> read(String text) {
        var words = text.split(" ", -1);
        var node = words.length < 2 || !words[0].equals(FORM) ? null : uuid(words[1]);
        if (node == null) {
            return Optional.empty();
        }
        var wakeups = new ArrayList<Wakeup>();
        for (int i = 2; i < words.length; i++) {
            var wakeup = wakeup(words[i]);
            if (wakeup != null) {
                wakeups.add(wakeup);
            }
        }
        return Optional.of(new Told(node, wakeups, words.length - 2 - wakeups.size()));
    }

    private static String word(Wakeup wakeup) {
        return switch (wakeup) {
            case Grown(var room, var head) -> "g:" + room + ":" + head;
            case Typing(var room, var account, var on) -> "t:" + room + ":" + account + ":" + (on ? "on" : "off");
            case Attached(var session, var generation) -> "a:" + session + ":" + generation;
            case General.HERE -> "here";
            case General.SESSIONS_ENDED -> "ended";
            case General.MUCH -> "much";
        };
    }

    private static @Nullable Wakeup wakeup(String word) {
        var parts = word.split(":", -1);
        return switch (parts[0] + parts.length) {
            case "g3" -> grown(uuid(parts[1]), number(parts[2]));
            case "t4" -> typing(uuid(parts[1]), uuid(parts[2]), parts[3]);
            case "a3" -> attached(uuid(parts[1]), number(parts[2]));
            case "here1" -> General.HERE;
            case "ended1" -> General.SESSIONS_ENDED;
            case "much1" -> General.MUCH;
            default -> null;
        };
    }

    private static @Nullable Wakeup grown(@Nullable UUID room, long head) {
        return room == null || head <= 0 ? null : new Grown(room, head);
    }

    private static @Nullable Wakeup attached(@Nullable UUID session, long generation) {
        return session == null || generation <= 0 ? null : new Attached(session, generation);
    }

    private static @Nullable Wakeup typing(@Nullable UUID room, @Nullable UUID account, String on) {
        return room == null || account == null || !(on.equals("on") || on.equals("off"))
                ? null
                : new Typing(room, account, on.equals("on"));
    }

    private static @Nullable UUID uuid(String text) {
        try {
            return text.length() == UUID_LENGTH ? UUID.fromString(text) : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Zero if it is none. */
    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
