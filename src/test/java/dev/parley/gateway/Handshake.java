package dev.parley.gateway;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A handshake request, to be spoilt at will. */
final class Handshake {
    private String requestLine = "GET /edge-echo HTTP/1.1";
    private final java.util.List<String> headers = new java.util.ArrayList<>(java.util.List.of(
            "Host: localhost:8080",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13"));

    static String valid() {
        return new Handshake().toString();
    }

    Handshake line(String line) {
        requestLine = line;
        return this;
    }

    Handshake with(String header) {
        headers.add(header);
        return this;
    }

    Handshake without(String name) {
        headers.removeIf(header -> header.startsWith(name + ":"));
        return this;
    }

    Handshake instead(String header) {
        return without(header.substring(0, header.indexOf(':'))).with(header);
    }

    @Override
    public String toString() {
        return Stream.concat(Stream.of(requestLine), headers.stream()).collect(Collectors.joining("\r\n")) + "\r\n\r\n";
    }
}
