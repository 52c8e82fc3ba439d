package dev.parley.build;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import dev.parley.protocol.Payload;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A native executable knows of types, members and resources that are looked up at run time only what it was told when it
 * was built. Here nobody builds one; this is what can be checked without.
 */
@AnalyzeClasses(packages = "dev.parley", importOptions = ImportOption.DoNotIncludeTests.class)
class NativeImageTest {
    private static final Path METADATA = Path.of(
            "src",
            "main",
            "resources",
            "META-INF",
            "native-image",
            "dev.parley",
            "parley",
            "reachability-metadata.json");
    private static final Path PROPERTIES = Path.of("src", "main", "resources", "application.properties");

    /** What is missing is not an error there: an enum is written by its wrong name, a record as nothing. */
    @ArchTest
    static void jsonConsistsOfRegisteredTypes(JavaClasses program) {
        var registered = registered(program);
        var roots = new HashSet<>(registered);
        roots.addAll(List.of(Payload.class.getPermittedSubclasses()));

        assertThat(roots).hasSizeGreaterThan(30);
        assertThat(registered).containsAll(reachable(roots));
    }

    /** Who reads or writes JSON is looked at when it comes: its types have to be roots above. */
    @ArchTest
    static void jsonIsReadAndWrittenInKnownPlaces(JavaClasses program) {
        noClasses()
                .that(areNot(
                        // OpsJson is handed views by resources, whose records are annotated.
                        "dev.parley.monitor.OpsJson",
                        "dev.parley.protocol.FrameReader",
                        "dev.parley.protocol.FrameWriter",
                        "dev.parley.protocol.Payload$Json",
                        // A tree, no types.
                        "dev.parley.gateway.ContractResource",
                        // What REST methods take and answer is registered by Quarkus.
                        "dev.parley.problem.ProblemWriter",
                        "dev.parley.problem.StrictJson"))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectMapper.class)
                .check(program);
    }

    @ArchTest
    static void viewsForOperatorsAreRegistered(JavaClasses program) {
        assertThat(program.stream()
                        .filter(type -> type.getPackageName().equals("dev.parley.monitor"))
                        .filter(type -> type.isRecord() && type.isNestedClass()))
                .isNotEmpty()
                .allSatisfy(type -> assertThat(type.isAnnotatedWith(RegisterForReflection.class))
                        .as(type.getName())
                        .isTrue());
    }

    @ArchTest
    static void reflectionIsInKnownPlaces(JavaClasses program) {
        noClasses()
                .that(areNot(
                        // Vert.x' TCPServerBase is registered there.
                        "dev.parley.gateway.SocketInternals",
                        // reachability-metadata.json; see the next tests.
                        "dev.parley.lifecycle.Signals",
                        "dev.parley.lifecycle.SettingsCheck"))
                .should()
                .callCodeUnitWhere(describe("looks code up at run time", NativeImageTest::reflects))
                .check(program);
    }

    private static Set<String> described() throws IOException {
        var described = new HashSet<String>();
        new ObjectMapper()
                .readTree(METADATA.toFile())
                .path("reflection")
                .forEach(entry -> described.add(entry.path("type").asText()));
        return described;
    }

    /** They are checked method by method. */
    @ArchTest
    static void settingsAreInTheMetadata(JavaClasses program) throws IOException {
        var described = described();
        assertThat(program.stream()
                        .filter(type -> type.isInterface()
                                && (type.isAnnotatedWith(ConfigMapping.class)
                                        || type.getEnclosingClass()
                                                .filter(outer -> outer.isAnnotatedWith(ConfigMapping.class))
                                                .isPresent())))
                .hasSizeGreaterThan(10)
                .allSatisfy(type -> assertThat(described).contains(type.getName()));
    }

    @Test
    void typesThatAreLookedUpByNameAreInTheMetadata() throws IOException {
        var described = described();
        var signals = Files.readString(Path.of("src", "main", "java", "dev", "parley", "lifecycle", "Signals.java"));

        assertThat(Pattern.compile("Class\\.forName\\(\"([^\"]+)\"\\)")
                        .matcher(signals)
                        .results()
                        .map(found -> found.group(1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(described).contains(name));
    }

    @ArchTest
    static void resourcesAreTakenAlong(JavaClasses program) throws IOException {
        noClasses()
                .that(areNot("dev.parley.gateway.ContractResource", "dev.parley.database.PostgresBinaries"))
                .should()
                .callCodeUnitWhere(
                        describe("opens a resource", call -> call.getName().startsWith("getResource")))
                .check(program);
        assertThat(Files.readString(PROPERTIES))
                .contains("quarkus.native.resources.includes=postgres-linux-*.txz,META-INF/parley/asyncapi.yaml\n");
    }

    /** Those need libraries beside the executable, which Quarkus' own images do not have. */
    @ArchTest
    static void nothingOfTheJdkIsUsedThatIsNotPublic(JavaClasses program) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.sun..", "sun..", "jdk..")
                .check(program);
    }

    /** Quarkus registers what Jackson's own annotations name as well. */
    private static Set<Class<?>> registered(JavaClasses program) {
        var registered = new HashSet<Class<?>>();
        program.stream()
                .filter(type ->
                        type.isAnnotatedWith(RegisterForReflection.class) || type.isAnnotatedWith(JsonSubTypes.class))
                .map(JavaClass::reflect)
                .forEach(type -> {
                    var annotation = type.getAnnotation(RegisterForReflection.class);
                    if (annotation != null) {
                        registered.addAll(
                                annotation.targets().length == 0 ? List.of(type) : Arrays.asList(annotation.targets()));
                    }
                    var subtypes = type.getAnnotation(JsonSubTypes.class);
                    if (subtypes != null) {
                        Arrays.stream(subtypes.value())
                                .map(JsonSubTypes.Type::value)
                                .forEach(registered::add);
                    }
                });
        return registered;
    }

    /** Ours, by way of the components of records. */
    private static Set<Class<?>> reachable(Collection<Class<?>> roots) {
        var found = new HashSet<Class<?>>();
        var open = new ArrayDeque<Type>(roots);
        while (!open.isEmpty()) {
            switch (open.poll()) {
                case ParameterizedType generic -> open.addAll(Arrays.asList(generic.getActualTypeArguments()));
                case Class<?> type
                when isOurs(type) && found.add(type) && type.isRecord() ->
                    Stream.of(type.getRecordComponents())
                            .map(RecordComponent::getGenericType)
                            .forEach(open::add);
                default -> {}
            }
        }
        return found;
    }

    private static boolean isOurs(Class<?> type) {
        // What writes itself needs no looking into.
        return type.getName().startsWith("dev.parley.") && !JsonSerializable.class.isAssignableFrom(type);
    }

    private static boolean reflects(JavaCall<?> call) {
        var owner = call.getTargetOwner();
        var ownersPackage = owner.getPackageName();
        var name = call.getName();
        if (ownersPackage.startsWith("java.lang.reflect") || ownersPackage.startsWith("java.lang.invoke")) {
            return true;
        }
        if (owner.isEquivalentTo(Class.class)) {
            return name.matches(
                    "forName|newInstance|getRecordComponents|get(Declared)?(Fields?|Methods?|Constructors?)");
        }
        return owner.isAssignableTo(ServiceLoader.class)
                || owner.isAssignableTo(ObjectInputStream.class)
                || name.matches("loadClass|loadLibrary|setAccessible");
    }

    private static DescribedPredicate<JavaClass> areNot(String... names) {
        var known = Set.of(names);
        return describe("are none of " + known, type -> !known.contains(type.getName()));
    }
}
