package io.intelligentcache.disk.internal.inspect;

import io.intelligentcache.disk.DiskInspection;
import io.intelligentcache.disk.DiskInspection.Damage;
import io.intelligentcache.disk.DiskInspection.SegmentInspection;
import io.intelligentcache.disk.DiskInspection.State;
import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.file.StoreFiles;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.RangeTombstones;
import io.intelligentcache.disk.internal.log.Segment;
import io.intelligentcache.disk.internal.recovery.LogReplay;
import io.intelligentcache.disk.internal.recovery.SegmentFiles;
import io.intelligentcache.disk.internal.recovery.SegmentWalk;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One inspection of a store: it compares every record with the hint files, the headers and the
 * manifest. While a tier has the store open, changes during the inspection are not reported as
 * damage.
 */
public final class StoreExamination {
  /**
   * How often the headers are read. While a tier frees and begins segments, their headers are not
   * consistent at every moment.
   */
  private static final int ATTEMPTS = 5;

  private final Path directory;
  private final Manifest manifest;
  private final long inUseBy;
  private final Index index = new Index();
  private final RangeTombstones rangeTombstones = new RangeTombstones();
  private final DamageList damage = new DamageList();
  private final List<Segment> opened = new ArrayList<>();
  private final LiveEntries live;
  private final ByteBuffer window = SegmentWalk.window(SegmentWalk.WIDE);

  /** A segment that was examined, before its live entries are known. */
  private record Seen(SegmentFiles.Found found, SegmentExamination.Result result) {}

  public StoreExamination(Path directory, Manifest manifest, int mostEntries) {
    this.live = new LiveEntries(mostEntries);
    this.directory = directory;
    this.manifest = manifest;
    this.inUseBy = DirectoryLock.owner(directory);
  }

  public DiskInspection run() throws IOException {
    try {
      SegmentFiles files = segments();
      int first = files.firstOfRun(manifest);
      List<Seen> seen = examine(files);
      replay(seen, first, files.clock(manifest));
      files
          .foreign()
          .forEach(foreign ->
              damage.add(new StoreContents.Place(name(foreign), 0, "its header is damaged")));
      if (first > 0) {
        damage.add(new StoreContents.Place(
            Manifest.FILE, 0, first + " segments are older than one that is missing"));
      }
      return inspection(files, seen, first);
    } finally {
      opened.forEach(Segment::close);
    }
  }

  private SegmentFiles segments() throws IOException {
    SegmentFiles files = SegmentFiles.read(directory, manifest, opened);
    for (int i = 1; i < ATTEMPTS && inUseBy != 0 && files.firstOfRun(manifest) > 0; i++) {
      files = SegmentFiles.read(directory, manifest, opened);
    }
    return files;
  }

  private List<Seen> examine(SegmentFiles files) throws IOException {
    List<Seen> seen = new ArrayList<>();
    for (int i = 0; i < files.live().size(); i++) {
      SegmentFiles.Found found = files.live().get(i);
      boolean mayBeTorn = !manifest.clean() && i == files.live().size() - 1;
      String file = name(found.segment());
      List<Damage> here = new ArrayList<>();
      var result = SegmentExamination.of(
          found,
          manifest,
          mayBeTorn,
          window,
          (offset, what) -> here.add(new StoreContents.Place(file, offset, what)));
      if (inUseBy == 0 || SegmentFiles.unchanged(found)) {
        here.forEach(damage::add);
      }
      seen.add(new Seen(found, result));
    }
    return seen;
  }

  private void replay(List<Seen> seen, int first, StoreClock.Mark mark) throws IOException {
    long end = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).found().generation() + 1;
    var clock = new StoreClock(TimeSource.SYSTEM, mark, RangeTombstones.position(end, 0));
    var replay = new LogReplay(index, rangeTombstones, clock, !manifest.encrypted());
    boolean whole = true;
    for (int i = seen.size() - 1; i >= first && whole; i--) {
      Seen one = seen.get(i);
      whole = replay.apply(
          one.found().segment(), one.found().generation(), one.result().listing());
    }
    replay.finish();
    for (int i = seen.size() - 1; i >= first; i--) {
      sortOut(seen.get(i).found(), clock);
    }
  }

  /**
   * Masks entries that were cleared or have expired, and collects the live entries per space. The
   * index knows neither their spaces nor their expiry.
   */
  private void sortOut(SegmentFiles.Found found, StoreClock clock) throws IOException {
    var walk = new SegmentWalk(found.segment(), found.generation(), found.bytes(), window);
    do {
      while (walk.next()) {
        RecordHeader head = walk.head();
        if (head.kind() == RecordHeader.PUT && index.find(head.hash()) == walk.address()) {
          byte[] key = manifest.encrypted() ? StoredKey.NONE.bytes() : walk.key();
          Space space = StoredKey.spaceLength(key) < 0 ? null : StoredKey.space(key);
          long position = RangeTombstones.position(found.generation(), walk.offset());
          boolean gone = clock.expired(head.expiresAt(), position)
              || (space != null && rangeTombstones.hides(space, position));
          if (gone) {
            index.mask(head.hash(), walk.address());
          } else if (space != null) {
            live.add(space, key, head.size(), clock.given(head.expiresAt()));
          }
        }
      }
    } while (!walk.sealed() && walk.skipDamage());
  }

  private DiskInspection inspection(SegmentFiles files, List<Seen> seen, int first)
      throws IOException {
    Map<Integer, long[]> sumsOf = new HashMap<>();
    index.forEach((hash, address) -> {
      long[] sums = sumsOf.computeIfAbsent(Address.segment(address), number -> new long[2]);
      sums[0]++;
      sums[1] += Address.size(address);
    });
    List<SegmentInspection> segments = new ArrayList<>();
    for (Seen one : seen) {
      segments.add(segment(one, sumsOf.getOrDefault(one.found().segment().number(), new long[2])));
    }
    for (Segment foreign : files.foreign()) {
      segments.add(new StoreContents.OneSegment(
          name(foreign), 0, Files.size(foreign.file()), 0, false, 0, 0, 0, false, 1));
    }
    return new StoreContents(
        directory,
        Manifest.MAJOR + "." + Manifest.MINOR,
        manifest.encrypted(),
        manifest.clean() ? State.CLEAN : State.DIRTY,
        manifest.segmentBytes(),
        List.copyOf(segments),
        SegmentFiles.in(directory).size()
            - files.live().size()
            - files.foreign().size(),
        segments.stream().mapToLong(SegmentInspection::records).sum(),
        segments.stream().mapToLong(SegmentInspection::liveEntries).sum(),
        segments.stream().mapToLong(SegmentInspection::liveBytes).sum(),
        damage.count(),
        damage.first(),
        StoreFiles.bytes(directory),
        inUseBy,
        first == 0 ? "" : first + " segments are older than one that is missing",
        live.spaces(),
        live.first());
  }

  private SegmentInspection segment(Seen one, long[] live) {
    SegmentExamination.Result result = one.result();
    String file = name(one.found().segment());
    return new StoreContents.OneSegment(
        file,
        one.found().generation(),
        one.found().bytes(),
        result.usedBytes(),
        result.sealed(),
        result.records(),
        live[0],
        live[1],
        result.indexed(),
        damage.count(file));
  }

  private static String name(Segment segment) {
    return segment.file().getFileName().toString();
  }
}
