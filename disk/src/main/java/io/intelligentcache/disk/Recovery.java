package io.intelligentcache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what an earlier process left.
 *
 * <p>A record that is lost may have been a tombstone or an overwrite, so everything older than a
 * loss goes too: segments before a hole in the generations, and a segment whose chain of records is
 * broken with all before it. Only the end of the newest may be torn, as a killed process leaves it:
 * what is lost there was never answered for. It gets its seal, and nothing is appended to it.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Path directory;
  private final long capacity;
  private final UUID bootId;
  private final Output.Opener files;
  private final Index index;
  private final Markers markers;
  private final long now;
  private final List<Segment> opened = new ArrayList<>();

  Recovery(
      Path directory,
      long capacity,
      UUID bootId,
      Output.Opener files,
      Index index,
      Markers markers,
      long now) {
    this.directory = directory;
    this.capacity = capacity;
    this.bootId = bootId;
    this.files = files;
    this.index = index;
    this.markers = markers;
    this.now = now;
  }

  /**
   * What was there, in use from here on.
   *
   * @param live its segments, oldest first
   */
  record Opened(Manifest manifest, Layout layout, List<Segment> live) {}

  Opened open() throws IOException {
    try {
      return read();
    } catch (IOException | RuntimeException e) {
      opened.forEach(Segment::close);
      throw e;
    }
  }

  private Opened read() throws IOException {
    Manifest.Found found = Manifest.read(directory);
    if (found instanceof Manifest.Found.Good good) {
      String unfit = unfit(good.manifest());
      return unfit == null ? resume(good.manifest()) : startEmpty(unfit);
    }
    if (found instanceof Manifest.Found.Bad bad) {
      Manifest.setAside(directory);
      return startEmpty(bad.why());
    }
    return startEmpty(SegmentFiles.in(directory).isEmpty() ? null : "it has no MANIFEST");
  }

  private @Nullable String unfit(Manifest manifest) {
    if (!manifest.clean() && (!manifest.bootId().equals(bootId) || bootId.equals(BootId.UNKNOWN))) {
      return "the system stopped while it was in use";
    }
    if (!Layout.fill(capacity, manifest.segmentBytes()).usable()) {
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
    for (Path file : SegmentFiles.in(directory)) {
      Files.delete(file);
    }
    Layout layout = Layout.of(capacity);
    var random = new SecureRandom();
    var manifest = new Manifest(
        new UUID(random.nextLong(), random.nextLong()),
        bootId,
        random.nextLong(),
        0,
        layout.segmentBytes(),
        false);
    manifest.write(directory);
    return new Opened(manifest, layout, List.of());
  }

  private Opened resume(Manifest before) throws IOException {
    Layout layout = Layout.fill(capacity, before.segmentBytes());
    if (Layout.of(capacity).segmentBytes() != before.segmentBytes()) {
      LOG.info(
          "The disk cache {} keeps its segments of {} bytes, made for another maximum; entries of up"
              + " to {} bytes are taken",
          directory,
          before.segmentBytes(),
          layout.maxRecordBytes());
    }
    SegmentFiles found = SegmentFiles.read(directory, before, opened);
    int first = found.firstOfRun(before);
    List<SegmentFiles.Found> run =
        new ArrayList<>(found.live().subList(first, found.live().size()));
    int dropped = first;
    delete(found.live().subList(0, first));
    for (Segment segment : found.alien()) {
      segment.delete(); // not before the older ones, which are distrusted because of it
    }
    int fit = layout.segments() - 1;
    if (run.size() > fit) {
      List<SegmentFiles.Found> tooMany = run.subList(0, run.size() - fit);
      delete(tooMany);
      tooMany.clear();
    }
    dropped += replay(run, before);
    if (dropped > 0 || !found.alien().isEmpty()) {
      LOG.warn(
          "The disk cache {} is damaged: {} of {} segments dropped",
          directory,
          dropped + found.alien().size(),
          found.live().size() + found.alien().size());
    }
    deleteFree(run);
    long last = run.isEmpty()
        ? Math.max(before.lastGeneration(), newest(found))
        : run.get(run.size() - 1).generation();
    Manifest manifest =
        new Manifest(before.store(), bootId, before.seed(), last, before.segmentBytes(), false);
    manifest.write(directory);
    return new Opened(
        manifest, layout, run.stream().map(SegmentFiles.Found::segment).toList());
  }

  private static long newest(SegmentFiles found) {
    return found.live().isEmpty()
        ? 0
        : found.live().get(found.live().size() - 1).generation();
  }

  /** Leaves in {@code run} what can be trusted; returns how many segments it dropped. */
  private int replay(List<SegmentFiles.Found> run, Manifest before) throws IOException {
    var replay = new Replay(index, markers, now);
    int dropped = 0;
    for (int i = 0; i < run.size(); i++) {
      SegmentFiles.Found found = run.get(i);
      Replay.Result result = replay.apply(found.segment(), found.generation(), found.bytes());
      boolean mayBeTorn = i == run.size() - 1 && !before.clean();
      if (result.whole()) {
        found.segment().begin(found.generation(), result.end());
      } else if (!mayBeTorn || !result.trusted() || !seal(found, result.end())) {
        replay.reset();
        List<SegmentFiles.Found> lost = run.subList(0, i + 1);
        dropped += lost.size();
        delete(lost);
        lost.clear();
        i = -1;
      }
    }
    if (!markers.isEmpty()) {
      for (SegmentFiles.Found found : run) {
        replay.buryCleared(found.segment(), found.generation(), found.segment().flushed());
      }
    }
    return dropped;
  }

  /** False if the disk takes no seal: without it the segment would count as damaged next time. */
  private boolean seal(SegmentFiles.Found found, int end) {
    ByteBuffer seal = ByteBuffer.allocate(RecordHead.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    RecordHead.seal().write(seal, 0, found.generation(), StoredKey.NONE.bytes());
    try (Output output = files.open(found.segment().file())) {
      output.write(seal, end);
    } catch (IOException e) {
      LOG.warn("The disk cache {} can't be written to", directory, e);
      return false;
    }
    found.segment().begin(found.generation(), end + RecordHead.BYTES);
    return true;
  }

  private static void delete(List<SegmentFiles.Found> segments) throws IOException {
    for (SegmentFiles.Found found : segments) {
      found.segment().delete();
    }
  }

  /** The ring makes its free files anew, so that their number fits the capacity. */
  private void deleteFree(List<SegmentFiles.Found> run) throws IOException {
    List<Path> free = new ArrayList<>(SegmentFiles.in(directory));
    free.removeAll(run.stream().map(found -> found.segment().file()).toList());
    for (Path file : free) {
      Files.delete(file);
    }
  }
}
