package dev.parley.protocol;

/** A value breaks a rule of the protocol. The message is for the client and names the field, never the value. */
public final class InvalidField extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidField(String message) {
        super(message);
    }
}
