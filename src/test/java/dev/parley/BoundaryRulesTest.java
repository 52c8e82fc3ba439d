package dev.parley;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.parley.task.ClusterLock;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** No handler is outside of an error boundary. What the boundaries do is shown by {@code FaultInjectionTest} and others. */
@AnalyzeClasses(packages = "dev.parley", importOptions = ImportOption.DoNotIncludeTests.class)
class BoundaryRulesTest {
    private static final String BOUNDARY = "dev.parley.gateway.ErrorBoundary";
    private static final String COMMANDS = "dev.parley.gateway.Commands";

    @ArchTest
    static final ArchRule callbacksOfSocketsDoAllInsideTheBoundary = methods()
            .that(describe("are callbacks of sockets", BoundaryRulesTest::isCallback))
            .should(callNothingBut(BOUNDARY));

    /** It alone knows every type of frame, by a switch that the compiler keeps complete. */
    @ArchTest
    static final ArchRule commandsAreServedInsideTheBoundary =
            classes().that().haveFullyQualifiedName(COMMANDS).should(beAskedOnlyAsWorkOf(BOUNDARY));

    /** What a listener throws, Vert.x lets fall, and those who listen after it never hear: what maps is caught. */
    @ArchTest
    static final ArchRule outcomesAreMappedNotListenedTo = noClasses()
            .that()
            .resideInAPackage("..gateway..")
            .and(describe(
                    "are not the boundary's own",
                    type -> !type.getName().matches(".*\\.(Awaited|Connection|SocketInternals)")))
            .should()
            .callMethodWhere(describe(
                    "listens to a future",
                    call -> call.getTargetOwner().isAssignableTo(Future.class)
                            && call.getName().matches("on(Success|Failure|Complete)")))
            .as("outcomes are mapped, not listened to");

    /** Those named guard each step, or stand in a channel's pipeline, which has a boundary of its own: StrictFraming. */
    @ArchTest
    static final ArchRule onlyWhatGuardsItGoesToAnEventLoop = noClasses()
            .that()
            .resideInAPackage("..gateway..")
            .and(
                    describe(
                            "do not guard it",
                            type -> !type.getName()
                                    .matches(
                                            ".*\\.(Awaited|Connection|Shards|LoopWatch\\$Loop|Outbox|Wire|Inbound|StrictFraming)")))
            .should()
            .callMethodWhere(describe(
                    "runs something on an event loop",
                    call -> call.getTargetOwner().isAssignableTo(java.util.concurrent.Executor.class)
                            && call.getName().matches("execute|submit|invoke.*")));

    @ArchTest
    static final ArchRule onlyTheBoundaryMapsWhatRestMethodsThrow = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage("..problem..")
            .should()
            .beAnnotatedWith(ServerExceptionMapper.class);

    @ArchTest
    static final ArchRule nobodyElseMapsExceptions =
            noClasses().should().dependOnClassesThat().areAssignableTo(ExceptionMapper.class);

    /** And of the one that has operators' requests served inside it. */
    @ArchTest
    static final ArchRule routesAreOfTheBoundary = noClasses()
            .that()
            .resideOutsideOfPackage("..problem..")
            .and()
            .doNotHaveFullyQualifiedName("dev.parley.monitor.Routes")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Router.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Filters.class);

    @ArchTest
    static final ArchRule requestsOfTheRouterAreOfTheBoundary = noClasses()
            .that()
            .resideOutsideOfPackages("..problem..", "..monitor..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(RoutingContext.class);

    @ArchTest
    static final ArchRule workIsRunByTasks = noClasses()
            .that()
            .resideOutsideOfPackage("..task..")
            .and()
            .areNotAssignableTo(ClusterLock.class)
            .should()
            .callMethod("dev.parley.task.Work", "run");

    private static boolean isCallback(JavaMethod method) {
        return method.getAnnotations().stream()
                .map(annotation -> annotation.getRawType())
                .anyMatch(type -> type.getPackageName().equals("io.quarkus.websockets.next")
                        && type.getSimpleName().startsWith("On"));
    }

    private static ArchCondition<JavaMethod> callNothingBut(String boundary) {
        return new ArchCondition<>("call nothing but the boundary, and leave the rest to it") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                var direct = method.getMethodCallsFromSelf().stream()
                        .filter(call -> !call.isDeclaredInLambda())
                        .toList();
                boolean holds = !direct.isEmpty() && direct.stream().allMatch(call -> isTo(boundary, call));
                events.add(new SimpleConditionEvent(method, holds, method.getFullName() + " calls " + direct));
            }
        };
    }

    private static ArchCondition<JavaClass> beAskedOnlyAsWorkOf(String boundary) {
        return new ArchCondition<>("be asked only as work of the boundary") {
            @Override
            public void check(JavaClass commands, ConditionEvents events) {
                var asked = commands.getMethodCallsToSelf().stream()
                        .filter(call -> !call.getOriginOwner().equals(commands))
                        .toList();
                for (var call : asked) {
                    boolean holds = call.isDeclaredInLambda()
                            && call.getOrigin().getMethodCallsFromSelf().stream()
                                    .anyMatch(other -> isTo(boundary, other)
                                            && other.getName().equals("command"));
                    events.add(new SimpleConditionEvent(call, holds, call.getDescription()));
                }
                events.add(new SimpleConditionEvent(commands, !asked.isEmpty(), "nobody asks " + commands.getName()));
            }
        };
    }

    private static boolean isTo(String type, JavaMethodCall call) {
        return call.getTargetOwner().getName().equals(type);
    }
}
