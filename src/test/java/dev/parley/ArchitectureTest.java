package dev.parley;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Event;
import java.util.Timer;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.microprofile.health.Liveness;

/** The shape of the program, kept by the build. */
@AnalyzeClasses(packages = "dev.parley", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule nothingKnowsTheGateway = noClasses()
            .that()
            .resideOutsideOfPackage("..gateway..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.parley.gateway..");

    /** The exceptions cut connections to who no longer answers or reads, which neither the driver nor Vert.x offers a way to. */
    @ArchTest
    static final ArchRule onlyTheGatewayKnowsSockets = noClasses()
            .that()
            .resideOutsideOfPackage("..gateway..")
            .and()
            .doNotHaveFullyQualifiedName("dev.parley.database.ConnectionInternals")
            .and()
            .doNotHaveFullyQualifiedName("dev.parley.monitor.ConnectionCut")
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("io.quarkus.websockets..", "io.netty.channel..", "io.netty.handler.."))
            .as("only the gateway knows WebSockets and channels");

    @ArchTest
    static final ArchRule theProtocolStandsAlone = noClasses()
            .that()
            .resideInAPackage("..protocol..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("dev.parley..")
                    .and(describe("outside of the protocol", ArchitectureTest::isOutsideOfProtocol)));

    @ArchTest
    static final ArchRule onlyThoseNamedForItKnowSql = noClasses()
            .that()
            .resideOutsideOfPackage("..database..")
            .and()
            .haveSimpleNameNotStartingWith("Pg")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql.."));

    @ArchTest
    static final ArchRule noPackagesKnowEachOther =
            slices().matching("dev.parley.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Helper|Utils?|Data|Info)")
            .orShould()
            .haveNameMatching(".*\\.(?!TaskManager$)[A-Za-z]*Manager");

    @ArchTest
    static final ArchRule onlyTasksRunInTheBackground = noClasses()
            .that()
            .resideOutsideOfPackage("..task..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Timer.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Executors.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Scheduled.class)
            .orShould()
            .callMethodWhere(describe(
                    "sets a timer of Vert.x",
                    call -> call.getName().matches("setTimer|setPeriodic")
                            && call.getTargetOwner().getName().startsWith("io.vertx")))
            .as("only the task package starts what runs in the background");

    /** The edge's own limits live in a channel's pipeline and die with it. */
    @ArchTest
    static final ArchRule onlyTheEdgeSetsTimersOfChannels = noClasses()
            .that()
            .resideOutsideOfPackages("..task..", "..gateway..")
            .should()
            .callMethodWhere(describe(
                    "schedules on an executor",
                    call -> call.getName().startsWith("schedule")
                            && call.getTargetOwner().isAssignableTo(ScheduledExecutorService.class)));

    /** Beside the tasks: the embedded server has to outlive the program, and be stopped by what is left of it. */
    @ArchTest
    static final ArchRule onlyTasksAndTheEndOfTheProcessHaveThreads = noClasses()
            .that()
            .resideOutsideOfPackage("..task..")
            .and()
            .doNotHaveFullyQualifiedName("dev.parley.lifecycle.DatabaseChoice")
            .should()
            .callConstructorWhere(
                    describe("makes a thread", call -> call.getTargetOwner().isAssignableTo(Thread.class)))
            .orShould()
            .callMethodWhere(describe(
                    "starts a thread",
                    call -> (call.getTargetOwner().isAssignableTo(Thread.class)
                                    && call.getName().matches("start|startVirtualThread|ofPlatform|ofVirtual"))
                            || call.getTargetOwner().getName().startsWith("java.lang.Thread$Builder")));

    @ArchTest
    static final ArchRule nobodySleeps = noClasses()
            .should()
            .callMethodWhere(describe(
                    "sleeps",
                    call -> call.getTargetOwner().isEquivalentTo(Thread.class)
                            && call.getName().equals("sleep")));

    /** A restart would not bring it back. */
    @ArchTest
    static final ArchRule livenessNeverDependsOnTheDatabase = noClasses()
            .that()
            .areAnnotatedWith(Liveness.class)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.parley.database..", "dev.parley.log..", "io.vertx.sqlclient..", "java.sql..", "io.agroal.."));

    /** In order, and each of them recorded. */
    @ArchTest
    static final ArchRule eventsAreFiredByTheBus = noClasses()
            .that()
            .resideOutsideOfPackage("..event..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Event.class);

    @ArchTest
    static final ArchRule nobodyFiresAndForgets = noClasses()
            .should()
            .callMethodWhere(describe(
                    "fires and forgets",
                    call -> call.getTargetOwner().isAssignableTo(Event.class)
                            && call.getName().equals("fireAsync")));

    @ArchTest
    static final ArchRule packagesAreTheKnownFeatures = classes()
            .that()
            .resideInAPackage("dev.parley..")
            .should()
            .resideInAnyPackage(
                    "dev.parley",
                    "dev.parley.account",
                    "dev.parley.cluster",
                    "dev.parley.database",
                    "dev.parley.event",
                    "dev.parley.gateway",
                    "dev.parley.lifecycle",
                    "dev.parley.log",
                    "dev.parley.message",
                    "dev.parley.monitor",
                    "dev.parley.presence",
                    "dev.parley.problem",
                    "dev.parley.protocol",
                    "dev.parley.room",
                    "dev.parley.session",
                    "dev.parley.task",
                    "dev.parley.trace");

    private static boolean isOutsideOfProtocol(JavaClass type) {
        return !type.getPackageName().equals("dev.parley.protocol");
    }
}
