package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
    private static final SigningKey KEY = SigningKey.generate();

    @TempDir
    Path directory;

    @Test
    void survivesBeingWritten() {
        assertThat(SigningKey.fromPem(KEY.toPem())).isEqualTo(KEY);
    }

    @Test
    void isTakenFromAnEnvironmentVariable() {
        assertThat(SigningKeys.configured(KEY.toPem().replace("\n", "\\n"))).isEqualTo(KEY);
    }

    @Test
    void isTakenFromAFile() throws IOException {
        var file = Files.writeString(directory.resolve("key.pem"), KEY.toPem());
        assertThat(SigningKeys.configured(file.toString())).isEqualTo(KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-such-file.pem",
                "nul\0in-path",
                "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nsecret!\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----"
            })
    void stopsTheStartByNameWithoutShowingItself(String bad) {
        assertThatThrownBy(() -> SigningKeys.configured(bad))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("parley.account.signing-key")
                .hasMessageNotContaining("c2Vj")
                .hasMessageNotContaining("no-such");
    }

    @Test
    void isMadeOnceAndKept() throws IOException {
        var nested = new SigningKeyFile(directory.resolve("not/yet/there"));
        var first = nested.readOrCreate();
        assertThat(nested.readOrCreate()).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(nested.path())))
                .isEqualTo("rw-------");
    }

    @Test
    void isOneForAllWhoStartAtOnce() throws Exception {
        var file = new SigningKeyFile(directory);
        int starters = 6;
        var together = new CyclicBarrier(starters);
        Callable<String> start = () -> {
            together.await();
            return file.readOrCreate().id();
        };
        try (var threads = Executors.newFixedThreadPool(starters)) {
            var starts = new ArrayList<Future<String>>();
            for (int i = 0; i < starters; i++) {
                starts.add(threads.submit(start));
            }
            var ids = new ArrayList<String>();
            for (var one : starts) {
                ids.add(one.get());
            }
            assertThat(ids).containsOnly(file.readOrCreate().id());
        }
        try (var files = Files.list(directory)) {
            assertThat(files.toList()).isEqualTo(List.of(file.path()));
        }
    }
}
