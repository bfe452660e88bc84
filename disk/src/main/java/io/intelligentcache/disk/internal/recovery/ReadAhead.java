package io.intelligentcache.disk.internal.recovery;

import io.intelligentcache.disk.internal.format.HintFile;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads the records of segments, newest first, on a few threads and a few segments ahead. Reading a
 * segment takes longer than applying it, and all segments at once would take too much memory.
 */
final class ReadAhead implements AutoCloseable {
  private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

  private final List<SegmentFiles.Found> run;
  private final Manifest manifest;
  private final ExecutorService readers;
  private final ConcurrentLinkedQueue<ByteBuffer> windows = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<CompletableFuture<RecoveredSegment>> reading = new ArrayDeque<>();
  private int next;

  ReadAhead(List<SegmentFiles.Found> run, Manifest manifest) {
    this.run = List.copyOf(run);
    this.manifest = manifest;
    this.next = run.size();
    this.readers = Executors.newFixedThreadPool(
        THREADS, task -> LibraryThreads.of("intelligent-cache-disk-opening", task));
  }

  /** The records of the next older segment. */
  RecoveredSegment next() throws IOException {
    while (next > 0 && reading.size() <= THREADS) {
      SegmentFiles.Found found = run.get(--next);
      reading.addLast(CompletableFuture.supplyAsync(() -> read(found), readers));
    }
    try {
      return reading.removeFirst().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof FailedReading failed) {
        throw failed.why;
      }
      throw e;
    }
  }

  /** Reads the hint file. If there is no matching one, reads the segment record by record. */
  private RecoveredSegment read(SegmentFiles.Found found) {
    try {
      HintFile hintFile = found.hintFile(manifest);
      return hintFile != null
          ? new RecoveredSegment(hintFile.segmentIndex(), true, true, 0)
          : scan(found);
    } catch (IOException e) {
      throw new FailedReading(e);
    }
  }

  private RecoveredSegment scan(SegmentFiles.Found found) throws IOException {
    int bytes = SegmentWalk.wide(found.bytes());
    ByteBuffer idle = windows.poll();
    ByteBuffer window = idle != null && idle.capacity() >= bytes ? idle : SegmentWalk.window(bytes);
    SegmentScan scan = SegmentScan.of(
        found.segment(), found.generation(), found.bytes(), window, (offset, what) -> {});
    windows.add(window);
    return new RecoveredSegment(scan.segmentIndex(), false, scan.sealed(), scan.broken());
  }

  private static final class FailedReading extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final IOException why;

    FailedReading(IOException why) {
      super(why);
      this.why = why;
    }
  }

  /**
   * Starts no further reads. Reads that have begun or are queued are completed; their results are
   * dropped.
   */
  @Override
  public void close() {
    readers.shutdown();
  }
}
