package dev.parley.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What a class, or anybody, logs, from INFO on, while this is open. */
public final class LogLines extends ExtHandler {
    private static final PatternFormatter TEXT = new PatternFormatter("%s");

    private final Logger logger;
    private final List<ExtLogRecord> lines = new CopyOnWriteArrayList<>();

    private LogLines(Logger logger) {
        this.logger = logger;
    }

    public static LogLines of(Class<?> category) {
        return of(category.getName());
    }

    /** What anybody logs. */
    public static LogLines ofAll() {
        return of("");
    }

    private static LogLines of(String category) {
        var lines = new LogLines(Logger.getLogger(category));
        lines.logger.addHandler(lines);
        return lines;
    }

    /** {@code LEVEL text}, in order. */
    public List<String> heard() {
        return lines.stream()
                .map(line -> line.getLevel() + " " + TEXT.format(line))
                .toList();
    }

    public List<ExtLogRecord> records() {
        return List.copyOf(lines);
    }

    @Override
    protected void doPublish(ExtLogRecord line) {
        if (line.getLevel().intValue() >= Level.INFO.intValue()) {
            lines.add(line);
        }
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
