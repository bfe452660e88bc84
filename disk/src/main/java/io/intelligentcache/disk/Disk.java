package io.intelligentcache.disk;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.disk.internal.DiskOpening;
import io.intelligentcache.disk.internal.DiskSettings;
import io.intelligentcache.disk.internal.file.BootId;
import io.intelligentcache.disk.internal.file.Environment;
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
 * The configuration of the disk tier: its directory, its maximum size, and how it writes.
 *
 * <pre>{@code
 * Tier tier = Disk.at(Path.of("cache_data")).maximumMegabytes(1_000).open(context);
 * }</pre>
 *
 * <p>The tier keeps a log of segments in a directory of its own. The log survives {@code kill -9}:
 * an old value that was overwritten, removed or cleared does not come back. Only two kinds of entries
 * may be lost: those put for the first time in the last 50 milliseconds, and those in the oldest
 * segment if it was being freed at that moment. After a crash of the operating system the tier
 * starts empty. Damaged bytes are misses.
 *
 * <p>An entry, its key included, may take up to a quarter of a segment. This is 1/256 of the
 * maximum (3.9 MB of 1000 MB), but at most 16 MiB, and at least 256 KiB or, for a maximum below 8
 * MB, 1/32 of it. The tier refuses and counts a larger entry, and removes the earlier value of its
 * key.
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
   * Configures a disk tier of at most 1000 MB.
   *
   * @param directory a directory that only this tier writes to; it is created if it does not exist
   * @return the configuration
   * @throws IllegalArgumentException if the path is empty, which means the working directory
   */
  public static Disk at(Path directory) {
    return new Disk(
        Settings.DISK_DIRECTORY.check(directory),
        DiskSettings.of(Settings.DISK_BYTES.defaultValue()));
  }

  /**
   * Sets the maximum size of the tier.
   *
   * @param megabytes megabytes of 1,000,000 bytes each; at least 4
   * @return a configuration with that maximum
   * @throws IllegalArgumentException if the maximum is outside the limits
   */
  public Disk maximumMegabytes(long megabytes) {
    return maximumBytes(Settings.megabytes(Settings.DISK_BYTES, megabytes));
  }

  /**
   * Sets the maximum size of the tier. All files in the directory together never take more.
   *
   * @param bytes 4,000,000 to 4 TiB
   * @return a configuration with that maximum
   * @throws IllegalArgumentException if the maximum is outside the limits
   */
  public Disk maximumBytes(long bytes) {
    return new Disk(directory, settings.maximumBytes(Settings.DISK_BYTES.check(bytes)));
  }

  /**
   * Limits how many bytes per second the tier writes of entries that memory evicts or that are
   * written behind, to spare the device. Budget that is not used can be used within the next ten
   * seconds.
   *
   * <p>The tier declines entries beyond the budget, also those that would overwrite an entry on
   * disk. That entry is then removed, because its value may be outdated. Removals are not limited,
   * and neither are the writes when the manager is closed.
   *
   * @param bytesPerSecond 1 to 1024 TiB
   * @return a configuration with that budget
   * @throws IllegalArgumentException if the budget is outside the limits
   */
  public Disk writeBudget(long bytesPerSecond) {
    return new Disk(
        directory, settings.writeBudget(Settings.DISK_WRITE_BUDGET.check(bytesPerSecond)));
  }

  /**
   * Sets when written data is synced to the device.
   *
   * @param policy the policy; {@link ForcePolicy#NEVER} unless set
   * @return a configuration with that policy
   */
  public Disk force(ForcePolicy policy) {
    return new Disk(directory, settings.force(requireNonNull(policy, "policy")));
  }

  /**
   * Writes entries that are only in memory to disk, in the background, so that fewer entries are
   * lost when the process is killed. Unless set, this happens within a minute.
   *
   * <p>An entry that stays in memory for that long is on disk then, if the disk is fast enough. An
   * entry that is replaced sooner may never be written. The most used entries are written first, at
   * an even rate, each once. These writes count towards the {@linkplain #writeBudget write budget}.
   * The guide to the disk tier says what this costs, and which entries are lost with it and
   * {@linkplain #withoutWriteBehind without} it.
   *
   * @param within 1 second to an hour
   * @return a configuration with that time
   * @throws IllegalArgumentException if the time is outside the limits
   */
  public Disk writeBehind(Duration within) {
    return new Disk(directory, settings.writeBehind(Settings.DISK_WRITE_BEHIND.check(within)));
  }

  /**
   * Writes entries to disk only when memory evicts them, and when the manager is closed. This needs
   * fewer writes, but if the process is killed, all entries that are only in memory are lost.
   *
   * @return a configuration without write-behind
   */
  public Disk withoutWriteBehind() {
    return new Disk(directory, settings.writeBehind(null));
  }

  /**
   * Encrypts the stored data by AES-GCM: keys, the names of caches and tenants, and values. This
   * costs 32 bytes per entry, and time for each put and get; see the guide to the disk tier.
   *
   * <p>The directory can be read with this key only. The tier starts empty, and logs one line that
   * says why, if it is opened with another key, without a key, or with a key where the stored data
   * is not encrypted. The earlier entries are then lost. The key is copied; it is written to no
   * file and no log.
   *
   * @param secret an AES key of 16, 24 or 32 bytes, for example made by a {@code KeyGenerator}; a
   *     password is not a key, derive one by PBKDF2
   * @return a configuration with encryption
   * @throws IllegalArgumentException if the key is not such a key, or does not expose its bytes
   */
  public Disk encryptedWith(SecretKey secret) {
    return new Disk(directory, settings.key(AesKeys.copy(requireNonNull(secret, "secret"))));
  }

  /** {@return the directory of the tier} */
  public Path directory() {
    return directory;
  }

  /** {@return the maximum size of the tier, in bytes} */
  public long maximumBytes() {
    return settings.maximumBytes();
  }

  /**
   * Opens the tier with the entries that an earlier process stored. A million entries take less
   * than half a second. Segments without a hint file are read, at a gigabyte per second.
   *
   * @throws TierException if the path is not a directory and can't become one, if it is not
   *     writable, or if it is in use by this or another process
   */
  @Override
  public Tier open(TierContext context) {
    var environment = new Environment(
        context.time(), context.scheduler(), BootId.ofThisSystem(), SegmentOutput::toFile);
    return DiskOpening.open(directory, settings, environment);
  }

  /** For tests, which replace the clock, the boot id and the files. */
  DiskSettings settings() {
    return settings;
  }

  @Override
  public String toString() {
    return "Disk[directory=" + directory + ", " + settings + "]";
  }
}
