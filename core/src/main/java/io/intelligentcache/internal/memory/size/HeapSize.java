package io.intelligentcache.internal.memory.size;

import org.jspecify.annotations.Nullable;

/**
 * How much heap an object takes with all that it refers to.
 *
 * @param bytes the bytes of what was found; at least as many as that takes
 * @param missing what could not be measured, in words; null if all was found. Whatever hangs on it
 *     does not count in {@code bytes}, so that the object may take any number of them.
 */
public record HeapSize(long bytes, @Nullable String missing) {
  /** {@return whether {@link #bytes} is a bound} */
  public boolean whole() {
    return missing == null;
  }
}
