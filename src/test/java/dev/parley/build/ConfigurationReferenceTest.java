package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of settings names every key of ours with its variable and its default, and none that is not there. */
class ConfigurationReferenceTest {
    private static final Path PAGE = Path.of("docs", "configuration.md");
    private static final Path PROPERTIES = Path.of("src", "main", "resources", "application.properties");
    private static final Pattern ROW = Pattern.compile(
            "^\\| `(parley\\.[^`]+)`<br>`([A-Z_]+)` \\| (?:`([^`]+)`|—) \\| .+ \\|$", Pattern.MULTILINE);
    private static final String NONE = "none";

    @Test
    void namesEachKeyWithItsDefault() throws IOException {
        var documented = new TreeMap<String, String>();
        ROW.matcher(Files.readString(PAGE)).results().forEach(row -> {
            documented.put(row.group(1), row.group(3) == null ? NONE : row.group(3));
            assertThat(row.group(2)).as("variable of " + row.group(1)).isEqualTo(variable(row.group(1)));
        });

        assertThat(documented).isEqualTo(keys());
    }

    @Test
    void mentionsNoOtherKey() throws IOException {
        var known = keys().keySet();
        var mentioned = Pattern.compile("`(parley\\.[a-z.-]+)`")
                .matcher(Files.readString(PAGE))
                .results()
                .map(found -> found.group(1));

        assertThat(mentioned).allSatisfy(key -> assertThat(known).contains(key));
    }

    private static Map<String, String> keys() throws IOException {
        var keys = new TreeMap<String, String>();
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.parley").stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .map(JavaClass::reflect)
                        .forEach(type ->
                                add(type.getAnnotation(ConfigMapping.class).prefix(), type, keys));
        assertThat(keys).isNotEmpty();
        var properties = new Properties();
        properties.load(new StringReader(Files.readString(PROPERTIES)));
        properties.stringPropertyNames().stream()
                .filter(key -> key.startsWith("parley."))
                .forEach(key -> keys.putIfAbsent(key, properties.getProperty(key)));
        return keys;
    }

    private static void add(String prefix, Class<?> mapping, Map<String, String> keys) {
        for (Method method : mapping.getDeclaredMethods()) {
            var named = method.getAnnotation(WithName.class);
            var key = prefix + "." + (named == null ? kebab(method.getName()) : named.value());
            var standard = method.getAnnotation(WithDefault.class);
            if (Arrays.asList(mapping.getDeclaredClasses()).contains(method.getReturnType())
                    && method.getReturnType().isInterface()) {
                add(key, method.getReturnType(), keys);
            } else {
                keys.put(key, standard == null ? NONE : standard.value());
            }
        }
    }

    private static String kebab(String camel) {
        return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
