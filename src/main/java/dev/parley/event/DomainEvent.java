package dev.parley.event;

/**
 * What features tell each other: a wish ({@code …Requested}) or a fact (past tense). Records of ids and values; never a
 * connection or a row.
 */
public interface DomainEvent {

    /** Whom it is about. Asked once for each event, on the way of every message: cheap, and no body or secret in it. */
    Subjects subjects();
}
