package io.intelligentcache.disk;

/**
 * What recovery knows of a segment.
 *
 * @param indexed whether its side index says so; else it was read
 * @param sealed whether its records reach its seal
 */
record Listing(Entries entries, boolean indexed, boolean sealed) {}
