package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each of the cluster's files is what it claims to be, and is used. */
class ManifestsTest {
    private static final String KUSTOMIZATION = "kustomization.yaml";

    static Iterable<Path> manifests() throws IOException {
        return Manifests.files(".yaml").stream()
                .filter(file -> !file.endsWith(KUSTOMIZATION))
                .toList();
    }

    static Iterable<Path> kustomizations() throws IOException {
        return Manifests.files(KUSTOMIZATION);
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void saysNothingThatKubernetesDoesNotKnow(Path file) throws IOException {
        var documents = Manifests.documents(Files.readString(file));

        assertThat(documents).hasSize(1);
        assertThat(Manifests.object(documents.getFirst()).getMetadata().getName())
                .startsWith("parley");
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void namesEachFileBesideIt(Path kustomization) throws IOException {
        var directory = kustomization.resolveSibling("");
        var there = new TreeSet<String>();
        try (var files = Files.list(directory)) {
            files.filter(file -> Files.isRegularFile(file) && !file.endsWith(KUSTOMIZATION))
                    .forEach(file -> there.add(file.getFileName().toString()));
        }
        var named = new TreeSet<String>();
        for (var name :
                named(Manifests.documents(Files.readString(kustomization)).getFirst())) {
            assertThat(directory.resolve(name)).exists();
            if (Files.isRegularFile(directory.resolve(name))) {
                named.add(name);
            }
        }

        assertThat(named).isEqualTo(there);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlays/trial", "overlays/production", "monitoring"})
    void rendersToDifferentObjectsOfKnownKinds(String directory) throws IOException, InterruptedException {
        assertThat(Manifests.rendered(directory))
                .extracting(
                        HasMetadata::getFullResourceName,
                        object -> object.getMetadata().getName())
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    /** The reader itself: each of these passes a lenient one. */
    @Test
    void mistakesAreNoticed() throws IOException {
        var good = Files.readString(Manifests.ROOT.resolve("base/deployment.yaml"));
        assertThat(isUnderstood(good)).isTrue();
        var mistakes = new ArrayList<String>();
        mistakes.add(good.replace("maxUnavailable:", "maxUnavaliable:"));
        mistakes.add(good.replace("GracePeriodSeconds: 30", "GracePeriodSeconds: 30s"));
        mistakes.add(good.replace("readOnlyRootFilesystem:", "readOnlyRootFileSystem:"));
        mistakes.add(good.replace("failureThreshold: 60", "failureTreshold: 60"));
        mistakes.add(good.replace("value: \"true\"", "value: true"));
        mistakes.add(good.replace("apps/v1", "apps/v1beta9"));
        mistakes.add(good.replace("minReadySeconds: 10", "minReadySeconds: 10\n  minReadySeconds: 11"));

        assertThat(mistakes)
                .doesNotContain(good)
                .allSatisfy(mistake -> assertThat(isUnderstood(mistake)).isFalse());
    }

    private static boolean isUnderstood(String yaml) {
        try {
            Manifests.object(Manifests.documents(yaml).getFirst());
            return true;
        } catch (IOException | AssertionError _) {
            return false;
        }
    }

    private static Iterable<String> named(JsonNode kustomization) {
        var names = new ArrayList<String>();
        for (var list : new String[] {"resources", "components"}) {
            kustomization.path(list).forEach(name -> names.add(name.asText()));
        }
        kustomization
                .path("patches")
                .forEach(patch -> names.add(patch.path("path").asText()));
        kustomization
                .path("configMapGenerator")
                .forEach(map -> map.path("files").forEach(name -> names.add(name.asText())));
        return names;
    }
}
