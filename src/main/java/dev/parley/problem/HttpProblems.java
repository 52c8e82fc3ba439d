package dev.parley.problem;

import dev.parley.protocol.ErrorCode;

/** The problems that HTTP itself knows: wrong path, method or type. */
final class HttpProblems {
    private HttpProblems() {}

    static Problem of(int status) {
        return switch (status) {
            case 401 -> Problem.of(ErrorCode.UNAUTHORIZED, "Not signed in");
            case 403 -> Problem.of(ErrorCode.FORBIDDEN, "Not allowed");
            case 404 -> Problem.of(ErrorCode.NOT_FOUND, "No such resource");
            case 405 -> invalid(status, "This resource does not know the method");
            case 406 -> invalid(status, "The answer cannot be given in a type that the request accepts");
            case 413 -> Problem.of(ErrorCode.TOO_LARGE, "The body is too large");
            case 415 -> invalid(status, "The body must be application/json");
            default -> invalid(status >= 400 && status < 500 ? status : 400, "The request is not valid");
        };
    }

    private static Problem invalid(int status, String detail) {
        return Problem.of(ErrorCode.INVALID, status, detail);
    }
}
