package dev.parley.testing;

import java.net.http.HttpClient;

/** The one HTTP client of all tests: each would bring threads of its own. */
final class TestHttp {
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    private TestHttp() {}
}
