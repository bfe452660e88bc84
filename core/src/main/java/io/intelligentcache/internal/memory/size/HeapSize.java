package io.intelligentcache.internal.memory.size;

import org.jspecify.annotations.Nullable;

/**
 * How much heap an object takes, with all objects that it refers to.
 *
 * @param bytes the bytes of what was found; an upper bound of what that takes
 * @param missing what could not be measured, in words; null if everything was found. Objects that are
 *     reachable only through it are not included in {@code bytes}, so the object may take any amount more.
 */
public record HeapSize(long bytes, @Nullable String missing) {
  /** {@return whether {@link #bytes} is an upper bound for the whole object} */
  public boolean whole() {
    return missing == null;
  }
}
