package dev.parley.lifecycle;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Hears of signals through {@code sun.misc.Signal}, which the module jdk.unsupported keeps for want of anything better. By
 * reflection, since javac warns of it and cannot be told not to; what a native executable has to know of it stands in
 * {@code reachability-metadata.json}.
 */
final class Signals {
    private Signals() {}

    /** A signal's name without SIG, and its number. */
    record Told(String name, int number) {
        private static final int BY_SIGNAL = 128;

        /** Of a process that ended by it. */
        int exitCode() {
            return BY_SIGNAL + number;
        }
    }

    /** Calls the handler, on a thread of its own, in place of what the signal does otherwise; not if the JVM has none of it. */
    static void handle(String name, Consumer<Told> handler) {
        try {
            var type = Class.forName("sun.misc.Signal");
            var handlerType = Class.forName("sun.misc.SignalHandler");
            var signal = type.getConstructor(String.class).newInstance(name);
            var told = new Told(name, (int) type.getMethod("getNumber").invoke(signal));
            var proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, calls(() -> handler.accept(told)));
            var _ = type.getMethod("handle", type, handlerType).invoke(null, signal, proxy);
        } catch (ReflectiveOperationException e) {
            // The JVM was told to leave signals alone (-Xrs), or is another one: then their own effect has to do.
            Logger.getLogger(Signals.class).debugf(e, "No handler for %s", name);
        }
    }

    /** The interface has one method; the others are those of any object. */
    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself only
    private static InvocationHandler calls(Runnable action) {
        return (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                action.run();
                yield null;
            }
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            default -> "the handler of a signal";
        };
    }
}
