package dev.parley.process;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests of the packaged program under a fault that is really injected, see {@code docs/faults.md}. They have an execution
 * and reports of their own in the build, and each a line in the {@link FaultReport}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("fault")
@ExtendWith(Evidence.class)
@interface FaultSuite {}
