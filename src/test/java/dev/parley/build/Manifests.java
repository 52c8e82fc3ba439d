package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The cluster's files, read as strictly as a cluster with field validation would. */
final class Manifests {
    static final Path ROOT = Path.of("k8s");

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** The model keeps what it does not know in maps beside its fields; this writes the fields only. */
    private static final ObjectMapper KNOWN = JsonMapper.builder()
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnyGetter(Annotated member) {
                    return false;
                }
            })
            .build();

    private Manifests() {}

    static List<Path> files(String ending) throws IOException {
        try (var files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    static List<JsonNode> documents(String yaml) throws IOException {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return documents.readAll();
        }
    }

    /** Fails for a kind that the model does not know, for fields that it does not know, and for values of another type. */
    static HasMetadata object(JsonNode document) throws IOException {
        var object = JSON.treeToValue(document, KubernetesResource.class);
        assertThat(object)
                .as("a kind of the model")
                .isInstanceOf(HasMetadata.class)
                .isNotInstanceOf(GenericKubernetesResource.class);
        var strange = new ArrayList<String>();
        compare("", document, KNOWN.valueToTree(object), strange);
        assertThat(strange).as("fields that the model does not know").isEmpty();
        return (HasMetadata) object;
    }

    private static void compare(String path, JsonNode written, JsonNode understood, List<String> strange) {
        if (written.isNull() || (written.isContainerNode() && written.isEmpty())) {
            // The model says nothing for these.
            return;
        }
        if (written.getNodeType() != understood.getNodeType()) {
            strange.add(path);
        } else if (written.isObject()) {
            written.properties()
                    .forEach(field -> compare(
                            path + "." + field.getKey(), field.getValue(), understood.path(field.getKey()), strange));
        } else if (written.isArray()) {
            for (int i = 0; i < written.size(); i++) {
                compare(path + "[" + i + "]", written.get(i), understood.path(i), strange);
            }
        } else if (!written.asText().equals(understood.asText())) {
            strange.add(path + ": " + written + " understood as " + understood);
        }
    }

    /** What {@code kubectl apply -k} would send; where there is no kubectl, the test that asks is skipped. */
    static List<HasMetadata> rendered(String directory) throws IOException, InterruptedException {
        assumeTrue(isInstalled("kubectl"), "kubectl is not installed: nothing is rendered");
        var process = new ProcessBuilder(
                        "kubectl", "kustomize", ROOT.resolve(directory).toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        var objects = new ArrayList<HasMetadata>();
        for (var document : documents(said)) {
            objects.add(object(document));
        }
        return objects;
    }

    static boolean isInstalled(String program) {
        return Pattern.compile(":")
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }
}
