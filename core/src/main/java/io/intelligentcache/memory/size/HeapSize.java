package io.intelligentcache.memory.size;

/**
 * How much heap an object takes with all that it refers to.
 *
 * @param bytes the bytes of what was found
 * @param whole whether all of it was found; if not, more may hang on parts that can't be looked
 *     into
 */
public record HeapSize(long bytes, boolean whole) {}
