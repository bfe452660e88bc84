package io.intelligentcache.disk.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.recovery.SegmentFiles;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierException;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Helper methods of the disk tests. */
public final class Fixture {
  public static final Space USERS = new Space("users", "");
  public static final UUID BOOT = new UUID(1, 2);
  public static final long SMALL = 8_000_000;

  static final Outcome BUSY = new Outcome.Refused(Reason.BUSY);

  public static final SecretKey KEY = aesKey(16);

  private Fixture() {}

  /** An encryption key that is the same each time; a different one for each length. */
  public static SecretKey aesKey(int bytes) {
    byte[] secret = new byte[bytes];
    new Random(bytes).nextBytes(secret);
    return new SecretKeySpec(secret, "AES");
  }

  static DiskTier openEncrypted(Path directory) {
    return openEncrypted(directory, SegmentOutput::toFile);
  }

  static DiskTier openEncrypted(Path directory, SegmentOutput.Opener files) {
    return open(
        Disk.at(directory).maximumBytes(SMALL).encryptedWith(KEY), new FakeTime(), BOOT, files);
  }

  /** What a store gets whose timer skips ahead with the clocks. */
  static Environment environment(TimeSource time, SegmentOutput.Opener files) {
    return new Environment(time, new SkippingTimer(time), BOOT, files);
  }

  public static DiskTier open(Path directory) {
    return open(directory, SMALL);
  }

  public static DiskTier open(Path directory, long bytes) {
    return open(directory, bytes, new FakeTime(), BOOT, SegmentOutput::toFile);
  }

  public static DiskTier open(
      Path directory, long bytes, FakeTime time, UUID boot, SegmentOutput.Opener files) {
    return open(Disk.at(directory).maximumBytes(bytes), time, boot, files);
  }

  /**
   * Opens a tier. Waits for the previous tier: on a slow disk, it closes later than its caller
   * waits.
   */
  private static DiskTier open(Disk disk, FakeTime time, UUID boot, SegmentOutput.Opener files) {
    long end = System.nanoTime() + SECONDS.toNanos(30);
    while (true) {
      try {
        return OpenDisk.of(disk, time, boot, files);
      } catch (TierException e) {
        boolean closing = String.valueOf(e.getMessage()).contains("already open in this process");
        if (!closing || System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }

  public static TierKey key(String name) {
    return new TierKey(USERS, name.getBytes(UTF_8));
  }

  public static Item item(String value) {
    byte[] payload = value.getBytes(UTF_8);
    return new Item(payload, payload.length, false, 7, Item.NEVER);
  }

  public static Outcome put(Tier tier, String key, String value) {
    return await(tier.put(key(key), item(value)));
  }

  /**
   * Puts an entry that must be stored. The writer and the reclaimer may be late on a busy machine.
   */
  public static void putForSure(Tier tier, String key, String value) {
    assertThat(unlessBusy(() -> put(tier, key, value))).as(key).isEqualTo(Outcome.DONE);
  }

  /**
   * Puts an entry; repeats that while the tier answers that it is busy. No other refusal is
   * allowed.
   */
  static Outcome unlessBusy(Supplier<Outcome> put) {
    long end = System.nanoTime() + SECONDS.toNanos(30);
    Outcome outcome = put.get();
    while (outcome.equals(BUSY) && System.nanoTime() < end) {
      outcome = put.get();
    }
    return outcome;
  }

  public static Outcome remove(Tier tier, String key) {
    return await(tier.remove(key(key)));
  }

  public static @Nullable String get(Tier tier, String key) {
    return await(tier.get(key(key))) instanceof Lookup.Hit hit
        ? new String(hit.item().payload(), UTF_8)
        : null;
  }

  public static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(30, SECONDS).join();
  }

  public static List<Path> segments(Path directory) throws IOException {
    return SegmentFiles.in(directory);
  }

  /**
   * The sum of the sizes of all files in a directory. A file that is deleted meanwhile counts as
   * empty.
   */
  static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /**
   * Copies the files of a store but its lock. If the store writes meanwhile, copies again: files of different instants
   * are not what a crash leaves.
   */
  public static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    boolean changed = true;
    while (changed) {
      Map<String, String> before = filesOf(from);
      deleteFiles(to);
      try {
        for (String file : before.keySet()) {
          Files.copy(from.resolve(file), to.resolve(file));
        }
        changed = !before.equals(filesOf(from));
      } catch (NoSuchFileException deleted) {
        changed = true;
      }
    }
  }

  private static void deleteFiles(Path directory) throws IOException {
    for (String file : filesOf(directory).keySet()) {
      Files.delete(directory.resolve(file));
    }
  }

  /** {@return the files of a store but its lock, each with its size and the time of its last change} */
  private static Map<String, String> filesOf(Path directory) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (Files.isRegularFile(file) && !file.endsWith("LOCK")) {
          all.put(
              file.getFileName().toString(),
              Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
      }
    }
    return all;
  }

  /** A value of a given length that begins with its name. */
  public static String value(String name, int length) {
    return name + "/" + "x".repeat(Math.max(0, length - name.length() - 1));
  }
}
