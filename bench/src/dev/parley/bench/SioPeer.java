package dev.parley.bench;

import java.nio.file.Path;

final class SioPeer {
    private SioPeer() {}

    static Peer start(Path home, Path directory, ParleyPeer parley) {
        throw new UnsupportedOperationException("not yet");
    }
}
