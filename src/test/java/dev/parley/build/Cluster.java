package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What an overlay makes of a cluster. */
record Cluster(String overlay, List<HasMetadata> objects) {

    static Cluster of(String overlay) throws IOException, InterruptedException {
        return new Cluster(overlay, Manifests.rendered("overlays/" + overlay));
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends HasMetadata> T the(Class<T> kind) {
        var all = all(kind);
        assertThat(all).as(kind.getSimpleName()).hasSize(1);
        return all.getFirst();
    }

    PodSpec pod() {
        return the(Deployment.class).getSpec().getTemplate().getSpec();
    }

    Container container() {
        assertThat(pod().getContainers()).hasSize(1);
        return pod().getContainers().getFirst();
    }

    /** Of the pods. */
    Map<String, String> labels() {
        return the(Deployment.class).getSpec().getTemplate().getMetadata().getLabels();
    }

    /** Fails unless the selector picks our pods, and says something at all: an empty one picks everybody's. */
    void assertSelectsOurs(Map<String, String> selector) {
        assertThat(selector).isNotEmpty();
        assertThat(labels()).containsAllEntriesOf(selector);
    }

    int port(String name) {
        return container().getPorts().stream()
                .filter(port -> port.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("The container has no port named " + name))
                .getContainerPort();
    }

    @Override
    public String toString() {
        return overlay;
    }
}
