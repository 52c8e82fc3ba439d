package dev.parley.lifecycle;

import dev.parley.StartRefused;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts Parley: first the database, if none is configured, then Quarkus. Ends with 0 after a stop in order, with 143 or
 * 130 (as the signal) after one that was cut short, with 1 when the start was refused, with one line that says why.
 */
@QuarkusMain
public final class Main {
    Main() {}

    public static void main(String... args) {
        // The build runs this method to record which classes a start loads; no database is to be made then.
        if (!ApplicationLifecycleManager.isAppCDSGeneration()) {
            if (!isReloadable()) {
                StopSignal.install();
            }
            try {
                DatabaseChoice.make();
            } catch (StartRefused refusal) {
                end(1, refusal);
                return;
            }
            if (StopSignal.isTold()) {
                end(0, null);
                return;
            }
        }
        Quarkus.run(null, Main::end, args);
    }

    /** In dev mode a signal is for the console that runs the program, again and again. Nothing else tells so early. */
    private static boolean isReloadable() {
        return Main.class.getClassLoader().getClass().getSimpleName().equals("QuarkusClassLoader");
    }

    /** Called when the program has ended or could not start. */
    private static void end(int code, @Nullable Throwable cause) {
        if (StopSignal.isTold()) { // what a start fails by when it is told to stop is nobody's concern
            ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(0, null);
            return;
        }
        if (cause != null) {
            Optional<String> reason = StartFailure.explain(cause);
            // Not through the log: it may not be configured yet, and one line is what is wanted.
            reason.ifPresentOrElse(
                    text -> System.err.println("Parley cannot start: " + text),
                    () -> Logger.getLogger(Application.class).error("Parley cannot start", cause));
        }
        ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(code, cause);
    }
}
