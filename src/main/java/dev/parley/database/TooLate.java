package dev.parley.database;

/** So much of a statement's time is over that it is not begun any more, nor would it be if it were tried again. */
final class TooLate extends PoolBusy {
    private static final long serialVersionUID = 1L;
}
