package dev.parley.gateway;

import dev.parley.problem.FaultLog;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What the boundaries write into the log, while it is open. */
public final class FaultLines implements AutoCloseable {
    private static final Pattern FIRST_OF_ITS_KIND = Pattern.compile("see error_id ([0-9a-f]{16})");

    private final Logger log = Logger.getLogger(FaultLog.class.getName());
    private final List<ExtLogRecord> lines = new CopyOnWriteArrayList<>();
    private final ExtHandler ears = new ExtHandler() {
        @Override
        protected void doPublish(ExtLogRecord line) {
            line.copyMdc(); // the fields are the thread's, and gone after this
            lines.add(line);
        }
    };

    public FaultLines() {
        log.addHandler(ears);
    }

    public List<String> texts() {
        return lines.stream().map(FaultLines::text).toList();
    }

    public List<Throwable> traces() {
        return lines.stream()
                .filter(line -> line.getThrown() != null)
                .map(ExtLogRecord::getThrown)
                .toList();
    }

    /** The line of that id; if it is not the first of its kind, the first must be here too, with its cause. */
    public String about(String errorId) {
        var line = line(errorId);
        var text = text(line);
        if (line.getThrown() == null) {
            var first = FIRST_OF_ITS_KIND.matcher(text);
            if (!first.find()) {
                throw new AssertionError("neither a cause nor the id of one: " + text);
            }
            return text + "\n" + about(first.group(1));
        }
        return text + "\n" + new PatternFormatter("%e").format(line);
    }

    /** What the line of that id is about, field by field. */
    public Map<String, String> fields(String errorId) {
        return line(errorId).getMdcCopy();
    }

    private ExtLogRecord line(String errorId) {
        return lines.stream()
                .filter(one -> text(one).contains("(error_id " + errorId + ")"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line has " + errorId + ": " + texts()));
    }

    @Override
    public void close() {
        log.removeHandler(ears);
    }

    private static String text(ExtLogRecord line) {
        return new PatternFormatter("%s").format(line).lines().findFirst().orElse("");
    }
}
