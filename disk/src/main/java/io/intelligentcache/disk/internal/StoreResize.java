package io.intelligentcache.disk.internal;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.StoreFiles;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.Segment;
import io.intelligentcache.disk.internal.read.ReadResult;
import io.intelligentcache.disk.internal.recovery.SegmentFiles;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The steps, in this order. A crash at any moment leaves the old store, or the new store, or none:
 *
 *   1. the newest entries are copied to a new store in a subdirectory; the new store is closed
 *   2. the old MANIFEST is deleted: the old store is invalid from here on
 *   3. the old segments are deleted, and the new segments are moved to their place
 *   4. the new MANIFEST is moved: the new store is valid from here on
 */

/**
 * Copies a store to segments of another size. This is done when the present segments are too large
 * for the maximum, or so small that there would be thousands of files. The newest entries that fit
 * are kept. They are copied oldest first; when the new store is full, it evicts its oldest entries.
 * A copied entry has no older record in the new store, so no old value can come back.
 *
 * <p>While it copies to smaller segments, the directory contains up to {@value #MOST_SEGMENTS} of
 * the old segments and the new store.
 */
final class StoreResize {
  private static final Logger LOG = LoggerFactory.getLogger(StoreResize.class);

  /**
   * How many of the newest segments are copied if the segments are too large. Fewer than half of
   * them fill the new store.
   */
  private static final int MOST_SEGMENTS = 2 * SegmentGeometry.MIN_SEGMENTS;

  /** Segments are too small if the segments of a new store would be this many times as large. */
  private static final int TOO_SMALL = 16;

  private static final String BESIDE = "resize";

  private final Path directory;
  private final Path beside;
  private final DirectoryLock lock;
  private final DiskSettings settings;
  private final Environment environment;

  StoreResize(DirectoryLock lock, DiskSettings settings, Environment environment) {
    this.directory = lock.directory();
    this.beside = directory.resolve(BESIDE);
    this.lock = lock;
    this.settings = settings;
    this.environment = environment;
  }

  /**
   * Resizes the segments if needed. If they can't be copied, the entries are lost and the store
   * starts empty.
   */
  void run() throws IOException {
    deleteBeside(); // an unfinished copy, left by a killed process
    if (Manifest.read(directory) instanceof Manifest.Found.Good good) {
      int bytes = good.manifest().segmentBytes();
      if (!SegmentGeometry.fill(settings.maximumBytes(), bytes).usable()) {
        resize(bytes, MOST_SEGMENTS);
      } else if (SegmentGeometry.of(settings.maximumBytes()).segmentBytes() / TOO_SMALL >= bytes) {
        resize(
            bytes,
            Math.max(SegmentGeometry.MIN_SEGMENTS, SegmentFiles.in(directory).size() + 1));
      }
    }
  }

  private void resize(int segmentBytes, int segments) throws IOException {
    long enough = (long) segments * segmentBytes + SegmentGeometry.SIDE_BYTES;
    DiskStore before = DiskStore.resume(lock, settings.maximumBytes(enough), environment);
    try {
      Files.createDirectory(beside);
      long copied = copy(before);
      before.closeFiles();
      takeOver();
      LOG.info(
          "The disk cache {} has new segments for its maximum of {} bytes; {} entries were kept",
          directory,
          settings.maximumBytes(),
          copied);
    } catch (IOException e) {
      LOG.warn(
          "The disk cache {} can't be given segments of another size ({})",
          directory,
          e.toString());
    } finally {
      before.closeFiles();
      deleteBeside();
    }
  }

  private long copy(DiskStore before) throws IOException {
    Path real = beside.toRealPath();
    DirectoryLock own = DirectoryLock.take(real);
    DiskStore after;
    try {
      after = DiskStore.resume(own, settings, environment);
    } catch (IOException | RuntimeException e) {
      own.close();
      throw e;
    }
    try (var tier = new DiskTier(after)) {
      tier.start();
      for (Segment segment : newest(before)) {
        copy(before, segment, after);
      }
      flush(after);
    }
    if (!(Manifest.read(real) instanceof Manifest.Found.Good good)
        || !good.manifest().clean()) {
      throw new IOException("the copy could not be closed");
    }
    return after.state().index().live();
  }

  /** The newest segments whose entries together fill the maximum, oldest first. */
  private List<Segment> newest(DiskStore before) {
    long[] bytes = new long[Address.MAX_SEGMENTS];
    before
        .state()
        .index()
        .forEach((hash, address) -> bytes[Address.segment(address)] += Address.size(address));
    List<Segment> newest = new ArrayList<>();
    List<Segment> all = before.maintenance().segments();
    long sum = 0;
    for (int i = all.size() - 1; i >= 0 && sum < settings.maximumBytes(); i--) {
      newest.add(0, all.get(i));
      sum += bytes[all.get(i).number()];
    }
    return newest;
  }

  private static void copy(DiskStore before, Segment segment, DiskStore after) throws IOException {
    for (long address : entries(before.state().index(), segment.number())) {
      ReadResult.Found found = before.reader().at(address);
      if (found != null) {
        byte[] key = found.key().bytes();
        put(after, new StoredKey(key, after.hash().of(key)), found.item());
      }
    }
  }

  /** The addresses of a segment's entries, in the order of their records. */
  private static long[] entries(Index index, int segment) {
    var addresses = new long[1][64];
    var count = new int[1];
    index.forEach((hash, address) -> {
      if (Address.segment(address) == segment) {
        if (count[0] == addresses[0].length) {
          addresses[0] = Arrays.copyOf(addresses[0], 2 * count[0]);
        }
        addresses[0][count[0]++] = address;
      }
    });
    long[] all = Arrays.copyOf(addresses[0], count[0]);
    Arrays.sort(all); // in one segment, this is the order of the offsets
    return all;
  }

  private static void put(DiskStore after, StoredKey key, Item item) throws IOException {
    Outcome outcome = after.log().put(key, item).join();
    while (outcome instanceof Outcome.Refused refused && refused.why() == Reason.BUSY) {
      flush(after);
      outcome = after.log().put(key, item).join();
    }
    if (outcome instanceof Outcome.Refused refused && refused.why() != Reason.TOO_LARGE) {
      throw new IOException("the disk takes no more: " + refused.why());
    }
  }

  private static void flush(DiskStore after) throws IOException {
    if (after.log().flush().join() instanceof Outcome.Refused refused) {
      throw new IOException("the disk takes no more: " + refused.why());
    }
  }

  private void takeOver() throws IOException {
    Manifest.delete(directory);
    for (Path file : storeFiles(directory)) {
      Files.delete(file);
    }
    for (Path file : storeFiles(beside)) {
      Files.move(file, directory.resolve(file.getFileName()), ATOMIC_MOVE);
    }
    Files.move(beside.resolve(Manifest.FILE), directory.resolve(Manifest.FILE), ATOMIC_MOVE);
  }

  private static List<Path> storeFiles(Path where) throws IOException {
    List<Path> all = new ArrayList<>(SegmentFiles.hintFilesIn(where));
    all.addAll(SegmentFiles.in(where));
    return all;
  }

  private static boolean isStores(Path file) {
    return StoreFiles.isOurName(file) || file.endsWith(DirectoryLock.FILE);
  }

  /**
   * Deletes the subdirectory with the store's files. If there is anything else in it, the
   * subdirectory is renamed.
   */
  private void deleteBeside() throws IOException {
    if (!Files.exists(beside, NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(beside, NOFOLLOW_LINKS)) {
      StoreFiles.setAside(beside, directory);
      return;
    }
    for (Path file : StoreFiles.plain(StoreFiles.list(beside, StoreResize::isStores))) {
      Files.delete(file);
    }
    if (StoreFiles.list(beside, file -> true).isEmpty()) {
      Files.delete(beside);
    } else {
      StoreFiles.setAside(beside, directory);
    }
  }
}
