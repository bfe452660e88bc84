package io.intelligentcache.tier;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/** A key as the tiers below memory see it: its space, and bytes that only its codec understands. */
public final class TierKey {
  /** The most bytes an encoded key may take. */
  public static final int MAX_BYTES = 32 * 1024;

  private final Space space;
  private final byte[] bytes;
  private final int hash;

  /**
   * Makes a key that keeps {@code bytes} without a copy; the caller must not change them.
   *
   * @param space the cache and tenant
   * @param bytes the encoded key
   * @throws IllegalArgumentException if there are more than {@value #MAX_BYTES} bytes
   */
  public TierKey(Space space, byte[] bytes) {
    this.space = requireNonNull(space, "space");
    this.bytes = requireNonNull(bytes, "bytes");
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a key may take " + MAX_BYTES + " bytes encoded, this one takes " + bytes.length);
    }
    this.hash = 31 * space.hashCode() + Arrays.hashCode(bytes);
  }

  /**
   * The key space of the key.
   *
   * @return the cache and tenant
   */
  public Space space() {
    return space;
  }

  /**
   * The encoded key. Shared, not copied: readers must not change it.
   *
   * @return the bytes
   */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TierKey that
        && hash == that.hash
        && space.equals(that.space)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return space + "/" + bytes.length + " bytes";
  }
}
