package io.intelligentcache.disk.internal.recovery;

import io.intelligentcache.disk.internal.file.BootId;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.HintFile;
import io.intelligentcache.disk.internal.format.KeyHash;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.format.StoreKeys;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.HintFiles;
import io.intelligentcache.disk.internal.log.ManifestFile;
import io.intelligentcache.disk.internal.log.RangeTombstones;
import io.intelligentcache.disk.internal.log.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a store that an earlier process left. It decides which segments are valid, and prepares the
 * directory for use.
 *
 * <p>A record that is lost may have been a tombstone or an overwrite, so everything older than it
 * is dropped too. This class looks for missing segments, {@link IndexRebuild} for missing records
 * in segments.
 */
public final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Path directory;
  private final long capacity;
  private final @Nullable SecretKey key;
  private final Environment environment;
  private final Index index;
  private final RangeTombstones rangeTombstones;
  private final List<Segment> opened = new ArrayList<>();

  /**
   * Prepares it.
   *
   * @param key the key of an encrypted store; null for no encryption
   * @param index receives the entries
   * @param rangeTombstones receives the cleared spaces
   */
  public Recovery(
      Path directory,
      long capacity,
      @Nullable SecretKey key,
      Environment environment,
      Index index,
      RangeTombstones rangeTombstones) {
    this.directory = directory;
    this.capacity = capacity;
    this.key = key;
    this.environment = environment;
    this.index = index;
    this.rangeTombstones = rangeTombstones;
  }

  /**
   * The recovered store, which is in use from here on.
   *
   * @param live its segments, oldest first
   * @param unsealed the newest segment, if its seal must be written before anything else; else null
   * @param keys the keys of an encrypted store; else null
   */
  public record Opened(
      Manifest manifest,
      ManifestFile manifestFile,
      StoreClock clock,
      SegmentGeometry geometry,
      List<Segment> live,
      @Nullable Segment unsealed,
      @Nullable StoreKeys keys) {
    public KeyHash hash() {
      return keys == null ? KeyHash.seeded(manifest.seed()) : keys.hash();
    }
  }

  public Opened open() throws IOException {
    try {
      return read();
    } catch (IOException | RuntimeException e) {
      closeOpened();
      throw e;
    }
  }

  private void closeOpened() {
    opened.forEach(Segment::close);
    opened.clear();
  }

  private Opened read() throws IOException {
    Manifest.Found found = Manifest.read(directory);
    if (found instanceof Manifest.Found.Good good) {
      StoreKeys keys = keys(good.manifest().store());
      String locked = locked(good.manifest(), keys);
      if (locked != null) {
        Manifest.setAside(directory);
        return startEmpty(locked);
      }
      String unfit = unfit(good.manifest());
      return unfit == null ? resume(good.manifest(), keys) : startEmpty(unfit);
    }
    if (found instanceof Manifest.Found.Bad bad) {
      Manifest.setAside(directory);
      return startEmpty(bad.why());
    }
    return startEmpty(SegmentFiles.in(directory).isEmpty() ? null : "it has no MANIFEST");
  }

  private @Nullable StoreKeys keys(UUID store) {
    return key == null ? null : new StoreKeys(key, store);
  }

  private static @Nullable String locked(Manifest manifest, @Nullable StoreKeys keys) {
    Long check = manifest.keyCheck();
    if (check == null) {
      return keys == null ? null : "it is not encrypted, and a key was given";
    }
    if (keys == null) {
      return "it is encrypted, and no key was given";
    }
    return check == keys.check() ? null : "it is encrypted with another key";
  }

  private @Nullable String unfit(Manifest manifest) {
    UUID bootId = environment.bootId();
    if (!manifest.clean() && (!manifest.bootId().equals(bootId) || bootId.equals(BootId.UNKNOWN))) {
      return "the system stopped while it was in use";
    }
    if (!SegmentGeometry.fill(capacity, manifest.segmentBytes()).usable()) {
      return "its segments of " + manifest.segmentBytes() + " bytes are too large for " + capacity
          + " bytes";
    }
    return null;
  }

  private Opened startEmpty(@Nullable String why) throws IOException {
    if (why != null) {
      LOG.warn("The disk cache {} starts empty: {}", directory, why);
    }
    Manifest.delete(directory);
    deleteAllBut(List.of());
    SegmentGeometry geometry = SegmentGeometry.of(capacity);
    var random = new SecureRandom();
    var store = new UUID(random.nextLong(), random.nextLong());
    StoreKeys keys = keys(store);
    var manifest = new Manifest(
        store,
        environment.bootId(),
        keys == null ? random.nextLong() : 0,
        1,
        0,
        geometry.segmentBytes(),
        false,
        StoreClock.Mark.NONE,
        keys == null ? null : keys.check());
    var clock = new StoreClock(environment.time(), StoreClock.Mark.NONE, 0);
    var manifestFile = new ManifestFile(directory, manifest, clock);
    try {
      manifestFile.inUse(0);
    } catch (IOException e) {
      LOG.warn(
          "The disk cache {} can't write its MANIFEST, so it stores nothing yet", directory, e);
      manifestFile.delete();
    }
    return new Opened(manifest, manifestFile, clock, geometry, List.of(), null, keys);
  }

  private Opened resume(Manifest before, @Nullable StoreKeys keys) throws IOException {
    SegmentGeometry geometry = SegmentGeometry.fill(capacity, before.segmentBytes());
    if (SegmentGeometry.of(capacity).segmentBytes() != before.segmentBytes()) {
      LOG.info(
          "The disk cache {} keeps its segments of {} bytes, made for another maximum; entries of up"
              + " to {} bytes are taken",
          directory,
          before.segmentBytes(),
          geometry.maxRecordBytes());
    }
    SegmentFiles found = SegmentFiles.read(directory, before, opened);
    List<SegmentFiles.Found> run = run(found, before);
    int lost = found.live().size() - run.size() + found.foreign().size();
    long newest = found.newest(before);
    keepNewest(run, geometry.segments() - 1);
    var clock = new StoreClock(
        environment.time(), found.clock(before), RangeTombstones.position(newest + 1, 0));
    var hintFiles = new HintFiles(before.store(), geometry, environment.files());
    if (keys != null) {
      run.forEach(one -> one.segment().cipher(keys.life(one.generation(), one.salt())));
    }
    var replay = new LogReplay(index, rangeTombstones, clock, true);
    var rebuild = new IndexRebuild(directory, before, replay, hintFiles, environment);
    lost += rebuild.apply(run);
    if (lost > 0) {
      LOG.warn(
          "The disk cache {} is damaged: {} of {} segments dropped",
          directory,
          lost,
          found.live().size() + found.foreign().size());
    }
    deleteAllBut(run); // the ring creates its free files again, to fit the capacity
    return goOn(before, geometry, clock, run, newest, rebuild.unsealed(), keys);
  }

  /** Returns the valid segments, oldest first; deletes the others, oldest first. */
  private static List<SegmentFiles.Found> run(SegmentFiles found, Manifest before)
      throws IOException {
    int first = found.firstOfRun(before);
    delete(found.live().subList(0, first));
    for (Segment segment : found.foreign()) {
      segment.delete(); // after the older ones, which are invalid because of it
    }
    return new ArrayList<>(found.live().subList(first, found.live().size()));
  }

  private static void keepNewest(List<SegmentFiles.Found> run, int most) throws IOException {
    if (run.size() > most) {
      List<SegmentFiles.Found> tooMany = run.subList(0, run.size() - most);
      delete(tooMany);
      tooMany.clear();
    }
  }

  static void delete(List<SegmentFiles.Found> segments) throws IOException {
    for (SegmentFiles.Found found : segments) {
      Files.deleteIfExists(HintFile.of(found.segment().file()));
      found.segment().delete();
    }
  }

  private Opened goOn(
      Manifest before,
      SegmentGeometry geometry,
      StoreClock clock,
      List<SegmentFiles.Found> run,
      long newest,
      @Nullable Segment unsealed,
      @Nullable StoreKeys keys)
      throws IOException {
    long first = run.isEmpty() ? newest + 1 : run.get(0).generation();
    long last = run.isEmpty() ? newest : run.get(run.size() - 1).generation();
    Manifest manifest = new Manifest(
        before.store(),
        environment.bootId(),
        before.seed(),
        first,
        last,
        before.segmentBytes(),
        false,
        clock.mark(),
        before.keyCheck());
    var manifestFile = new ManifestFile(directory, manifest, clock);
    try {
      manifestFile.inUse(first, last);
    } catch (IOException e) {
      LOG.debug("Writing the MANIFEST of {} failed", directory, e);
      closeOpened();
      index.removeIf(address -> true);
      rangeTombstones.reset();
      return startEmpty("its MANIFEST can't be written (" + e + ")");
    }
    List<Segment> live = run.stream().map(SegmentFiles.Found::segment).toList();
    return new Opened(manifest, manifestFile, clock, geometry, live, unsealed, keys);
  }

  private void deleteAllBut(List<SegmentFiles.Found> run) throws IOException {
    List<Path> gone = new ArrayList<>(SegmentFiles.hintFilesIn(directory));
    gone.addAll(SegmentFiles.in(directory));
    for (SegmentFiles.Found found : run) {
      gone.remove(found.segment().file());
      gone.remove(HintFile.of(found.segment().file()));
    }
    for (Path file : gone) {
      Files.delete(file);
    }
  }
}
