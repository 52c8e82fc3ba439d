package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A pod of ours, in each overlay: its arithmetic, its probes, and what it may do. */
@ParameterizedClass
@MethodSource("clusters")
class PodTest {
    private static final Path DOCKERFILE = Path.of("Dockerfile.native");
    private static final Path PROPERTIES = Path.of("src", "main", "resources", "application.properties");
    private static final Path REFERENCE = Path.of("docs", "configuration.md");
    /** For the JVM's or the executable's own end, and the kubelet's pace. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final Cluster cluster;

    PodTest(Cluster cluster) {
        this.cluster = cluster;
    }

    static List<Cluster> clusters() throws IOException, InterruptedException {
        return List.of(Cluster.of("trial"), Cluster.of("production"));
    }

    @Test
    void hasTimeToStop() throws IOException {
        var grace = Duration.ofSeconds(cluster.pod().getTerminationGracePeriodSeconds());
        var before = Duration.ofSeconds(
                cluster.container().getLifecycle().getPreStop().getSleep().getSeconds());

        assertThat(before).isPositive();
        assertThat(grace).isGreaterThanOrEqualTo(before.plus(drainDeadline()).plus(MARGIN));
    }

    @Test
    void isProbedOnTheManagementPort() throws IOException {
        var container = cluster.container();
        var probes = List.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe());

        assertThat(probes)
                .extracting(probe -> probe.getHttpGet().getPath())
                // None of the checks behind the last one may know the database: ArchitectureTest.
                .containsExactly("/q/health/started", "/q/health/ready", "/q/health/live");
        assertThat(probes)
                .extracting(probe -> probe.getHttpGet().getPort().getStrVal())
                .containsOnly("management");
        assertThat(cluster.port("management")).isEqualTo(setting("quarkus.management.port"));
        assertThat(cluster.port("http")).isEqualTo(setting("quarkus.http.port"));
        assertThat(patience(container.getStartupProbe())).isGreaterThanOrEqualTo(Duration.ofMinutes(2));
        // An event loop that is stuck makes the check fail only after a while of its own.
        assertThat(patience(container.getLivenessProbe())).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(2));
    }

    @Test
    void mayDoNothingThatItNeedNot() {
        var pod = cluster.pod();
        var container = cluster.container().getSecurityContext();

        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getEnableServiceLinks()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(container.getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getCapabilities().getAdd()).isEmpty();
        assertThat(Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC()))
                .containsOnlyNulls();
    }

    @Test
    void runsAsTheImageDoes() throws IOException {
        var image = Files.readString(DOCKERFILE);
        var user = last(image, "(?m)^USER (\\d+)$");

        assertThat(user).isNotEqualTo("0");
        assertThat(cluster.pod().getSecurityContext().getRunAsUser()).hasToString(user);
        assertThat(last(image, "(?m)^EXPOSE (.+)$")).isEqualTo(cluster.port("http") + " " + cluster.port("management"));
    }

    @Test
    void writesOnlyToVolumesThatHaveABound() {
        var mounted = cluster.container().getVolumeMounts().stream().map(VolumeMount::getName);

        assertThat(cluster.pod().getVolumes())
                .extracting(Volume::getName)
                .containsExactlyInAnyOrderElementsOf(mounted.toList());
        assertThat(cluster.pod().getVolumes())
                .allSatisfy(volume -> assertThat(
                                volume.getEmptyDir() == null
                                        ? volume.getPersistentVolumeClaim()
                                        : volume.getEmptyDir().getSizeLimit())
                        .isNotNull());
        assertThat(cluster.container().getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/tmp");
    }

    @Test
    void hasMemoryForMoreThanItsHeap() {
        var resources = cluster.container().getResources();
        var memory = Quantity.getAmountInBytes(resources.getLimits().get("memory"));
        var heap = Quantity.getAmountInBytes(new Quantity(cluster.container().getArgs().stream()
                .filter(argument -> argument.startsWith("-Xmx"))
                .map(argument -> argument.substring("-Xmx".length()).replace("m", "Mi"))
                .findFirst()
                .orElseThrow()));

        assertThat(resources.getRequests().get("memory"))
                .isEqualTo(resources.getLimits().get("memory"));
        assertThat(resources.getRequests()).containsKey("cpu");
        assertThat(resources.getLimits()).doesNotContainKey("cpu");
        assertThat(heap.doubleValue()).isLessThan(memory.doubleValue() * 2 / 3);
    }

    @Test
    void isToldWhatTheReferenceKnows() throws IOException {
        var told = new ArrayList<>(
                cluster.container().getEnv().stream().map(EnvVar::getName).toList());
        // What is to be put into the secret stands in a comment.
        Pattern.compile("#.*--from-(?:literal|file)=([A-Z_]+)=")
                .matcher(Files.readString(Manifests.ROOT.resolve("overlays/production/kustomization.yaml")))
                .results()
                .map(found -> found.group(1))
                .forEach(told::add);

        assertThat(told).contains("DB_URL", "PARLEY_ACCOUNT_SIGNING_KEY", "PARLEY_OPS_TOKEN");
        var reference = Files.readString(REFERENCE);
        assertThat(told).allSatisfy(name -> assertThat(reference).contains("`" + name + "`"));
    }

    private Duration drainDeadline() throws IOException {
        var told = cluster.container().getEnv().stream()
                .filter(variable -> variable.getName().equals("PARLEY_DRAIN_DEADLINE"))
                .map(EnvVar::getValue)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(last(Files.readString(REFERENCE), "`PARLEY_DRAIN_DEADLINE` \\| `(\\d+s)`"));
        return Duration.parse("PT" + told);
    }

    private static Duration patience(Probe probe) {
        return Duration.ofSeconds((long) probe.getPeriodSeconds() * probe.getFailureThreshold());
    }

    private static int setting(String key) throws IOException {
        return Integer.parseInt(last(Files.readString(PROPERTIES), "(?m)^" + Pattern.quote(key) + "=(\\d+)$"));
    }

    private static String last(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .reduce((_, later) -> later)
                .orElseThrow(() -> new AssertionError("There is no " + pattern));
    }
}
