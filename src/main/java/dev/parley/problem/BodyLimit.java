package dev.parley.problem;

import dev.parley.protocol.ErrorCode;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Stops reading a body that turns out to be too large, whatever it announced. */
@Provider
public class BodyLimit implements ReaderInterceptor {
    /** Asked for late: a native executable makes interceptors while it is built, when nobody has configured it yet. */
    private final Supplier<Integer> maxBody;

    BodyLimit(@ConfigProperty(name = "parley.rest.max-body") Supplier<Integer> maxBody) {
        this.maxBody = maxBody;
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        var body = read(context.getInputStream());
        if (body.length > maxBody.get()) {
            throw new Refused(ErrorCode.TOO_LARGE, "The body is too large");
        }
        context.setInputStream(new ByteArrayInputStream(body));
        return context.proceed();
    }

    private byte[] read(InputStream body) {
        try {
            return body.readNBytes(maxBody.get() + 1);
        } catch (IOException goneAway) {
            throw new Refused(ErrorCode.BAD_FRAME, "The body ended before its end");
        }
    }
}
