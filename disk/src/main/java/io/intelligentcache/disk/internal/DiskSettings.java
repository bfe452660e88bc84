package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.disk.internal.admission.WriteBudget;
import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the disk tier, apart from its directory.
 *
 * @param writeBudget bytes per second
 * @param writeBehind how long an entry may be in memory only; null for no limit
 * @param key the key to encrypt with; null for no encryption
 */
public record DiskSettings(
    long maximumBytes,
    long writeBudget,
    ForcePolicy force,
    @Nullable Duration writeBehind,
    @Nullable SecretKey key) {
  static final Duration WRITE_BEHIND = Settings.DISK_WRITE_BEHIND.defaultValue();

  public static DiskSettings of(long maximumBytes) {
    return new DiskSettings(
        maximumBytes, WriteBudget.UNLIMITED, ForcePolicy.NEVER, WRITE_BEHIND, null);
  }

  public DiskSettings maximumBytes(long bytes) {
    return new DiskSettings(bytes, writeBudget, force, writeBehind, key);
  }

  public DiskSettings writeBudget(long bytesPerSecond) {
    return new DiskSettings(maximumBytes, bytesPerSecond, force, writeBehind, key);
  }

  public DiskSettings force(ForcePolicy policy) {
    return new DiskSettings(maximumBytes, writeBudget, policy, writeBehind, key);
  }

  public DiskSettings writeBehind(@Nullable Duration within) {
    return new DiskSettings(maximumBytes, writeBudget, force, within, key);
  }

  public DiskSettings key(SecretKey secret) {
    return new DiskSettings(maximumBytes, writeBudget, force, writeBehind, secret);
  }

  /** The settings without the key. */
  @Override
  public String toString() {
    return "maximumBytes=" + maximumBytes
        + (writeBudget == WriteBudget.UNLIMITED ? "" : ", writeBudget=" + writeBudget)
        + (force.equals(ForcePolicy.NEVER) ? "" : ", " + force)
        + (WRITE_BEHIND.equals(writeBehind) ? "" : ", writeBehind=" + writeBehind)
        + (key == null ? "" : ", encrypted");
  }
}
