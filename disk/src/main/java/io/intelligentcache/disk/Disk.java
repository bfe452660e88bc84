package io.intelligentcache.disk;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.disk.internal.DiskOpening;
import io.intelligentcache.disk.internal.DiskSettings;
import io.intelligentcache.disk.internal.file.BootId;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.AesKeys;
import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.tier.LocalTierFactory;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierException;
import java.nio.file.Path;
import java.time.Duration;
import javax.crypto.SecretKey;

/**
 * The disk tier's configuration: where, and how much.
 *
 * <pre>{@code
 * Tier tier = Disk.at(Path.of("cache_data")).maximumMegabytes(1_000).open(context);
 * }</pre>
 *
 * <p>The tier keeps a log of segments in a directory that is its own. It survives {@code kill -9}:
 * what was overwritten, removed or cleared stays so; only first puts of the last 50 milliseconds may
 * be lost, and what the oldest segment held while it was being freed. After a crash of the operating
 * system it starts empty. Damaged bytes are misses.
 *
 * <p>An entry may take up to a quarter of a segment, key included: 1/256 of the maximum (3.9 MB of
 * 1000 MB), at most 16 MiB, at least 256 KiB or 1/32 of a maximum below 8 MB. A larger one is refused
 * and counted, and what was there under its key is gone.
 *
 * <p>Immutable.
 */
public final class Disk implements LocalTierFactory {
  private final Path directory;
  private final DiskSettings settings;

  private Disk(Path directory, DiskSettings settings) {
    this.directory = directory;
    this.settings = settings;
  }

  /**
   * A disk tier of at most 1000 MB.
   *
   * @param directory which nobody else writes to; made if absent
   * @return the configuration
   * @throws IllegalArgumentException if the path is empty, which means the working directory
   */
  public static Disk at(Path directory) {
    return new Disk(
        Settings.DISK_DIRECTORY.check(directory),
        DiskSettings.of(Settings.DISK_BYTES.defaultValue()));
  }

  /**
   * Sets how much it may hold.
   *
   * @param megabytes of 1,000,000 bytes each; at least 4
   * @return a configuration with that maximum
   * @throws IllegalArgumentException if that is too little or too much
   */
  public Disk maximumMegabytes(long megabytes) {
    return maximumBytes(Settings.megabytes(Settings.DISK_BYTES, megabytes));
  }

  /**
   * Sets how much it may hold. All files in the directory together never take more.
   *
   * @param bytes 4,000,000 to 4 TiB
   * @return a configuration with that maximum
   * @throws IllegalArgumentException if that is too little or too much
   */
  public Disk maximumBytes(long bytes) {
    return new Disk(directory, settings.maximumBytes(Settings.DISK_BYTES.check(bytes)));
  }

  /**
   * Bounds how many bytes per second of entries that had to leave memory are written, to spare the
   * device: what comes on top is declined. What is not spent can be spent within the next ten
   * seconds. Overwrites and removals of what is on disk are not bounded: they have to be there.
   *
   * @param bytesPerSecond 1 to 1024 TiB
   * @return a configuration with that budget
   * @throws IllegalArgumentException if that is too little or too much
   */
  public Disk writeBudget(long bytesPerSecond) {
    return new Disk(
        directory, settings.writeBudget(Settings.DISK_WRITE_BUDGET.check(bytesPerSecond)));
  }

  /**
   * Sets when what was written is brought to the device.
   *
   * @param policy {@link ForcePolicy#NEVER} unless set
   * @return a configuration with that policy
   */
  public Disk force(ForcePolicy policy) {
    return new Disk(directory, settings.force(requireNonNull(policy, "policy")));
  }

  /**
   * Writes to disk what is only in memory, in the background, so that less is lost when the process is killed. Within a
   * minute, unless set.
   *
   * <p>A value that stays in memory for that long is on disk then, if the disk keeps up; one that is replaced sooner may never
   * be. The hottest are written first, at an even rate, each once. The {@linkplain #writeBudget write budget} counts. The guide
   * to the disk tier has what that costs, and what is lost with it and {@linkplain #withoutWriteBehind without}.
   *
   * @param within 1 second to an hour
   * @return a configuration with it
   * @throws IllegalArgumentException if it is less or more
   */
  public Disk writeBehind(Duration within) {
    return new Disk(directory, settings.writeBehind(Settings.DISK_WRITE_BEHIND.check(within)));
  }

  /**
   * Writes entries to disk only when memory evicts them, and when the manager is closed: fewer writes, but if the process is
   * killed all that is in memory is lost.
   *
   * @return a configuration without writing behind
   */
  public Disk withoutWriteBehind() {
    return new Disk(directory, settings.writeBehind(null));
  }

  /**
   * Encrypts what is stored: keys, the names of caches and tenants, and values, by AES-GCM. Costs 32
   * bytes per entry, and time for each put and get; see the guide to the disk tier.
   *
   * <p>The directory can be read with this key only. Opened with another one, or without, or where
   * what it holds is not encrypted, it starts empty with one line in the log that says why; what was
   * there is gone. The key is copied; it is written to no file and no log.
   *
   * @param secret an AES key of 16, 24 or 32 bytes, for example made by a {@code KeyGenerator}; a
   *     password is none, see PBKDF2
   * @return a configuration with encryption
   * @throws IllegalArgumentException if it is anything else, or does not give its bytes away
   */
  public Disk encryptedWith(SecretKey secret) {
    return new Disk(directory, settings.key(AesKeys.copy(requireNonNull(secret, "secret"))));
  }

  /**
   * Where it is.
   *
   * @return the directory
   */
  public Path directory() {
    return directory;
  }

  /**
   * How much it may hold.
   *
   * @return bytes
   */
  public long maximumBytes() {
    return settings.maximumBytes();
  }

  /**
   * Opens the tier with what an earlier process left: a million entries take less than half a
   * second, or a gigabyte a second where the side indexes are gone.
   *
   * @throws TierException if the path is no directory and can't be made one, can't be written to, or
   *     is in use by this or another process
   */
  @Override
  public Tier open(TierContext context) {
    return DiskOpening.open(
        directory, settings, context.time(), BootId.ofThisSystem(), SegmentOutput::toFile);
  }

  /** For tests, which replace the clock, the system's identity and the disk. */
  DiskSettings settings() {
    return settings;
  }

  @Override
  public String toString() {
    return "Disk[directory=" + directory + ", " + settings + "]";
  }
}
