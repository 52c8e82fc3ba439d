package dev.parley.account;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** A generated key on disk: made by the first process that looks for it, the same for every one after. */
record SigningKeyFile(Path directory) {
    static final String NAME = "token-signing-key.pem";

    Path path() {
        return directory.resolve(NAME);
    }

    /**
     * The key in the file, which is made if it is not there. Whoever starts at the same time gets the same key: the
     * file appears whole or not at all, and is never replaced.
     */
    SigningKey readOrCreate() throws IOException {
        if (!Files.exists(path())) {
            create(SigningKey.generate());
        }
        return SigningKey.fromPem(Files.readString(path()));
    }

    private void create(SigningKey key) throws IOException {
        Files.createDirectories(directory);
        var draft = directory.resolve(NAME + "." + UUID.randomUUID());
        try {
            write(draft, key.toPem());
            // A hard link, and not a move: it fails if the name is taken, so the first one wins.
            Files.createLink(path(), draft);
        } catch (FileAlreadyExistsException _) {
            // Another process was faster: its key is everybody's key.
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void write(Path file, String text) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = FileChannel.open(file, options, ownerOnly(file))) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
