package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What stands around the pods fits them. */
@SuppressWarnings("NullAway.Init") // rendered before all
class ClusterTest {
    private static Cluster trial;
    private static Cluster production;

    @BeforeAll
    static void render() throws IOException, InterruptedException {
        trial = Cluster.of("trial");
        production = Cluster.of("production");
    }

    @Test
    void clientsReachThePublicPortOnly() {
        for (var cluster : new Cluster[] {trial, production}) {
            assertThat(service(cluster, "parley").getSpec().getPorts())
                    .extracting(ServicePort::getTargetPort)
                    .containsExactly(new IntOrString("http"));
            assertThat(service(cluster, "parley-management").getSpec().getClusterIP())
                    .isEqualTo("None");
            cluster.all(Service.class)
                    .forEach(service ->
                            cluster.assertSelectsOurs(service.getSpec().getSelector()));
        }
        assertThat(production
                        .the(Ingress.class)
                        .getSpec()
                        .getRules()
                        .getFirst()
                        .getHttp()
                        .getPaths())
                .allSatisfy(path -> {
                    assertThat(path.getBackend().getService().getName()).isEqualTo("parley");
                    assertThat(path.getBackend().getService().getPort().getName())
                            .isEqualTo("http");
                })
                .extracting(path -> path.getPath() + " " + path.getPathType())
                .containsExactly("/chat Exact", "/api Prefix");
    }

    @Test
    void prometheusFindsThePods() throws IOException, InterruptedException {
        var monitor = Manifests.rendered("monitoring").stream()
                .filter(ServiceMonitor.class::isInstance)
                .map(ServiceMonitor.class::cast)
                .findFirst()
                .orElseThrow();
        var management = service(production, "parley-management");

        assertThat(management.getMetadata().getLabels())
                .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
        assertThat(service(production, "parley").getMetadata().getLabels())
                .doesNotContainKey("app.kubernetes.io/component");
        assertThat(monitor.getSpec().getEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(management.getSpec().getPorts())
                    .extracting(ServicePort::getName)
                    .contains(endpoint.getPort());
            assertThat(endpoint.getPath()).isEqualTo("/q/metrics");
        });
    }

    @Test
    void trafficIsDeniedUnlessItIsNamed() {
        for (var cluster : new Cluster[] {trial, production}) {
            var policies = cluster.all(NetworkPolicy.class);
            policies.forEach(policy ->
                    cluster.assertSelectsOurs(policy.getSpec().getPodSelector().getMatchLabels()));
            assertThat(policies)
                    .flatExtracting(policy -> policy.getSpec().getPolicyTypes())
                    .contains("Ingress", "Egress");
            // A rule without a peer or a port lets in, or out, everybody or everything.
            assertThat(policies)
                    .flatExtracting(policy -> policy.getSpec().getIngress())
                    .allSatisfy(rule -> {
                        assertThat(rule.getFrom()).isNotEmpty();
                        assertThat(rule.getPorts()).isNotEmpty();
                    });
            assertThat(policies)
                    .flatExtracting(policy -> policy.getSpec().getEgress())
                    .allSatisfy(rule -> {
                        assertThat(rule.getTo()).isNotEmpty();
                        assertThat(rule.getPorts()).isNotEmpty();
                    });
        }
        assertThat(production.all(NetworkPolicy.class)).hasSize(2);
        assertThat(trial.all(NetworkPolicy.class)).hasSize(1);
    }

    @Test
    void aRollOutInProductionTakesNobodyAway() {
        var deployment = production.the(Deployment.class).getSpec();

        production.assertSelectsOurs(deployment.getSelector().getMatchLabels());
        assertThat(deployment.getStrategy().getRollingUpdate().getMaxUnavailable())
                .isEqualTo(new IntOrString(0));
        assertThat(deployment.getStrategy().getRollingUpdate().getMaxSurge()).isEqualTo(new IntOrString(1));
        assertThat(deployment.getMinReadySeconds()).isPositive();
        assertThat(production.pod().getTopologySpreadConstraints())
                .hasSize(2)
                .allSatisfy(spread ->
                        production.assertSelectsOurs(spread.getLabelSelector().getMatchLabels()));
    }

    @Test
    void disruptionsTakeOneNodeAtATime() {
        var budget = production.the(PodDisruptionBudget.class).getSpec();

        production.assertSelectsOurs(budget.getSelector().getMatchLabels());
        assertThat(budget.getMaxUnavailable()).isEqualTo(new IntOrString(1));
        assertThat(budget.getUnhealthyPodEvictionPolicy()).isEqualTo("AlwaysAllow");
        assertThat(trial.all(PodDisruptionBudget.class))
                .as("it would never let the only node go")
                .isEmpty();
    }

    @Test
    void theAutoscalerAloneCountsTheNodes() throws IOException {
        var autoscaler = production.the(HorizontalPodAutoscaler.class).getSpec();
        var deployment = production.the(Deployment.class);

        assertThat(deployment.getSpec().getReplicas()).isNull();
        assertThat(autoscaler.getScaleTargetRef().getKind()).isEqualTo(deployment.getKind());
        assertThat(autoscaler.getScaleTargetRef().getApiVersion()).isEqualTo(deployment.getApiVersion());
        assertThat(autoscaler.getScaleTargetRef().getName())
                .isEqualTo(deployment.getMetadata().getName());
        assertThat(autoscaler.getMinReplicas()).isGreaterThanOrEqualTo(3);
        var metric = autoscaler.getMetrics().getFirst().getPods().getMetric().getName();
        assertThat(Files.readString(Path.of("docs", "runbook.md"))).contains("`" + metric + "`");
        assertThat(autoscaler.getBehavior().getScaleDown().getStabilizationWindowSeconds())
                .isGreaterThanOrEqualTo(300);
        assertThat(autoscaler.getBehavior().getScaleDown().getPolicies())
                .extracting(policy -> policy.getValue())
                .containsExactly(1);
    }

    @Test
    void theTrialKeepsItsDataAndNeverHasTwoNodes() {
        var deployment = trial.the(Deployment.class).getSpec();

        assertThat(deployment.getReplicas()).isEqualTo(1);
        assertThat(deployment.getStrategy().getType()).isEqualTo("Recreate");
        assertThat(deployment.getStrategy().getRollingUpdate()).isNull();
        var data = trial.pod().getVolumes().stream()
                .filter(volume -> volume.getPersistentVolumeClaim() != null)
                .findFirst()
                .orElseThrow();
        assertThat(data.getPersistentVolumeClaim().getClaimName())
                .isEqualTo(trial.the(PersistentVolumeClaim.class).getMetadata().getName());
        var mount = trial.container().getVolumeMounts().stream()
                .filter(volume -> volume.getName().equals(data.getName()))
                .findFirst()
                .orElseThrow();
        assertThat(trial.container().getEnv())
                .filteredOn(variable -> variable.getName().equals("PARLEY_DATA_DIR"))
                .singleElement()
                .satisfies(variable -> assertThat(variable.getValue()).startsWith(mount.getMountPath() + "/"));
    }

    @Test
    void noSecretIsInHere() {
        assertThat(trial.all(Secret.class)).isEmpty();
        assertThat(production.all(Secret.class)).isEmpty();
        assertThat(production.container().getEnvFrom())
                .singleElement()
                .satisfies(from -> assertThat(from.getSecretRef().getOptional()).isNull());
    }

    private static Service service(Cluster cluster, String name) {
        return cluster.all(Service.class).stream()
                .filter(service -> service.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(Map.of(name, cluster.objects())));
    }
}
