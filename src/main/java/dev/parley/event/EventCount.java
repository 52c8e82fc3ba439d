package dev.parley.event;

/** How many events of a type there were since the start, and of how many an observer threw. */
public record EventCount(String type, long fired, long failed) {}
