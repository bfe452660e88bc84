package io.intelligentcache.disk;

import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * What can be set of the disk tier, apart from where.
 *
 * @param writeBudget bytes per second
 * @param key to encrypt with, if at all
 */
record DiskSettings(
    long maximumBytes,
    long writeBudget,
    ForcePolicy force,
    @Nullable SecretKey key) {
  static final long UNLIMITED = Long.MAX_VALUE;

  static DiskSettings of(long maximumBytes) {
    return new DiskSettings(maximumBytes, UNLIMITED, ForcePolicy.NEVER, null);
  }

  DiskSettings maximumBytes(long bytes) {
    return new DiskSettings(bytes, writeBudget, force, key);
  }

  DiskSettings writeBudget(long bytesPerSecond) {
    return new DiskSettings(maximumBytes, bytesPerSecond, force, key);
  }

  DiskSettings force(ForcePolicy policy) {
    return new DiskSettings(maximumBytes, writeBudget, policy, key);
  }

  DiskSettings key(SecretKey secret) {
    return new DiskSettings(maximumBytes, writeBudget, force, secret);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "maximumBytes=" + maximumBytes
        + (writeBudget == UNLIMITED ? "" : ", writeBudget=" + writeBudget)
        + (force.equals(ForcePolicy.NEVER) ? "" : ", " + force)
        + (key == null ? "" : ", encrypted");
  }
}
