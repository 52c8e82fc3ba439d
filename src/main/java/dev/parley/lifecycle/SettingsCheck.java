package dev.parley.lifecycle;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import io.smallrye.config.ConfigValidator;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses settings of ours that are of the right type and make no sense, before anything is made of them: a limit of no
 * time, a queue for nobody. A number, a size or a time must be positive, or at least zero where that has a meaning; a
 * period must be whole seconds.
 */
public final class SettingsCheck implements SmallRyeConfigBuilderCustomizer, ConfigValidator {
    private static final String OURS = "parley.";
    /** What the scheduler takes. */
    private static final Duration LEAST_PERIOD = Duration.ofSeconds(1);

    private static final Set<String> MAY_BE_ZERO = Set.of(
            "parley.account.clock-skew",
            "parley.connection.come-back-after",
            "parley.connection.come-back-jitter",
            "parley.database.pool.min",
            "parley.database.pool.reserved",
            "parley.database.pool.quiet",
            "parley.event.history",
            "parley.log.sidings",
            "parley.task.loop-pause");

    private static final Map<String, Double> AT_MOST = Map.of(
            "parley.database.breaker.failure-ratio", 1.0,
            "parley.database.pool.warn-percent", 100.0,
            "parley.database.pool.alert-percent", 100.0);

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withValidator(this);
    }

    @Override
    public void validateMapping(Class<?> mappingClass, String prefix, Object mapping) {
        if (!prefix.startsWith(OURS)) {
            return;
        }
        var wrong = new ArrayList<Problem>();
        check(mappingClass, prefix, mapping, wrong);
        if (!wrong.isEmpty()) {
            throw new ConfigValidationException(wrong.toArray(Problem[]::new));
        }
    }

    private static void check(Class<?> type, String prefix, Object mapping, List<Problem> wrong) {
        for (var method : type.getDeclaredMethods()) {
            if (!Modifier.isAbstract(method.getModifiers())) {
                continue;
            }
            var key = prefix + "." + kebab(method.getName());
            var value = value(method, mapping);
            if (Arrays.asList(type.getDeclaredClasses()).contains(method.getReturnType())
                    && method.getReturnType().isInterface()) {
                check(method.getReturnType(), key, value, wrong);
            } else {
                complaint(key, value).map(Problem::new).ifPresent(wrong::add);
            }
        }
    }

    static Optional<String> complaint(String key, Object value) {
        return switch (value) {
            case Duration time
            when key.endsWith("-interval") -> complaint(key, time, isPeriod(time), "whole seconds, at least one");
            case Duration time -> complaint(key, time, isEnough(key, time.compareTo(Duration.ZERO)), atLeast(key));
            case MemorySize size ->
                complaint(
                        key,
                        size.asLongValue(),
                        isEnough(key, size.asBigInteger().signum()),
                        atLeast(key));
            case Number number
            when number.doubleValue() > AT_MOST.getOrDefault(key, Double.MAX_VALUE) ->
                complaint(key, number, false, "at most " + AT_MOST.get(key));
            case Number number ->
                complaint(key, number, isEnough(key, (int) Math.signum(number.doubleValue())), atLeast(key));
            default -> Optional.empty();
        };
    }

    private static Optional<String> complaint(String key, Object value, boolean good, String rule) {
        return good
                ? Optional.empty()
                : Optional.of("%s (%s) must be %s, not %s".formatted(key, variable(key), rule, value));
    }

    private static boolean isEnough(String key, int sign) {
        return sign > 0 || (sign == 0 && MAY_BE_ZERO.contains(key));
    }

    private static String atLeast(String key) {
        return MAY_BE_ZERO.contains(key) ? "zero or more" : "more than zero";
    }

    private static boolean isPeriod(Duration time) {
        return time.compareTo(LEAST_PERIOD) >= 0 && time.toNanosPart() == 0;
    }

    private static Object value(Method method, Object mapping) {
        try {
            method.setAccessible(true); // the mappings are their packages' own
            return method.invoke(mapping);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + method, e);
        }
    }

    private static String kebab(String camel) {
        return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
