package io.intelligentcache.disk;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks the whole log for keys, on a thread of its own: to remove those that match, and to take
 * cleared entries out of the index. Values are skipped.
 */
final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final int MOST_WAITING = 64;
  private static final int WRITE_SECONDS = 10;
  private static final Outcome LATE = new Outcome.Refused(Reason.LATE);

  private final Log log;
  private final Index index;
  private final Markers markers;
  private final Counters counters;
  private final TimeSource time;
  private final Windows windows;
  private final AtomicBoolean purging = new AtomicBoolean();
  private final ThreadPoolExecutor thread;
  private volatile boolean stopped;

  Sweep(
      Log log, Index index, Markers markers, Counters counters, TimeSource time, Windows windows) {
    this.log = log;
    this.index = index;
    this.markers = markers;
    this.counters = counters;
    this.time = time;
    this.windows = windows;
    this.thread =
        new ThreadPoolExecutor(1, 1, 10, SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
          Thread made = new Thread(task, "intelligent-cache-disk-sweep");
          made.setDaemon(true);
          return made;
        });
    thread.allowCoreThreadTimeOut(true);
  }

  /** Removes the keys of a space that match and were there when this was called. */
  CompletableFuture<Outcome> removeMatching(StoredKey space, Predicate<byte[]> matching) {
    var answer = new CompletableFuture<Outcome>();
    long end = log.position();
    CompletableFuture<Outcome> written = log.flush();
    try {
      thread.execute(() -> answer.complete(removeMatching(space, matching, end, written)));
    } catch (RejectedExecutionException e) {
      answer.complete(new Outcome.Refused(stopped ? Reason.CLOSED : Reason.BUSY));
    }
    return answer;
  }

  private Outcome removeMatching(
      StoredKey space, Predicate<byte[]> matching, long end, CompletableFuture<Outcome> written) {
    try {
      settled(written); // if it failed, what was to be written is no longer in the index either
      long removed = 0;
      for (Segment segment : log.segments()) {
        removed += removeMatching(segment, space, matching, end);
      }
      Outcome flushed = settled(log.flush());
      return flushed instanceof Outcome.Refused ? flushed : new Outcome.Done(removed);
    } catch (IOException | RuntimeException | Error e) { // the predicate is a caller's
      if (stopped) {
        return new Outcome.Refused(Reason.CLOSED);
      }
      LOG.warn("Looking for keys to remove failed", e);
      return new Outcome.Refused(Reason.BROKEN);
    }
  }

  private static Outcome settled(CompletableFuture<Outcome> writing) {
    return writing.completeOnTimeout(LATE, WRITE_SECONDS, SECONDS).join();
  }

  private long removeMatching(
      Segment segment, StoredKey space, Predicate<byte[]> matching, long end) throws IOException {
    return walk(segment, (hash, address, position, key) -> {
      boolean asked = position < end
          && space.isSpaceOf(key)
          && !markers.hides(Replay.space(key), position)
          && matching.test(Arrays.copyOfRange(key, space.bytes().length, key.length));
      return asked && log.removeAt(hash, address) != null;
    });
  }

  /** Takes what was cleared out of the index, so that counts are right. Once for many clears. */
  void purgeCleared() {
    if (!purging.compareAndSet(false, true)) {
      return;
    }
    try {
      thread.execute(() -> {
        purging.set(false);
        purge();
      });
    } catch (RejectedExecutionException e) {
      purging.set(false);
    }
  }

  private void purge() {
    try {
      for (Segment segment : log.segments()) {
        walk(
            segment,
            (hash, address, position, key) ->
                markers.hides(Replay.space(key), position) && index.bury(hash, address));
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.debug("Counting out what was cleared failed", e);
    }
  }

  /** Decides about an entry that can be read; true if it went. */
  private interface Visitor {
    boolean entry(long hash, long address, long position, byte[] storedKey);
  }

  private long walk(Segment segment, Visitor visitor) throws IOException {
    long generation = segment.generation();
    int limit = segment.flushed();
    ByteBuffer window = windows.take();
    try {
      long gone = 0;
      var walk = new SegmentWalk(segment, generation, limit, window);
      while (!stopped && walk.next()) {
        RecordHead head = walk.head();
        if (head.kind() == RecordHead.PUT
            && index.find(head.hash()) == walk.address()
            && time.epochMillis() < head.expiresAt()) {
          byte[] key = walk.key();
          if (StoredKey.spaceLength(key) >= 4
              && visitor.entry(
                  head.hash(), walk.address(), Markers.position(generation, walk.offset()), key)) {
            gone++;
          }
        }
      }
      if (stopped) {
        throw new IOException("closed during a sweep");
      }
      if (walk.end() < limit && segment.generation() == generation && generation != 0) {
        gone += dropUnknown(segment, walk.end());
      }
      return gone;
    } finally {
      windows.giveBack(window);
    }
  }

  /** Behind a damaged head nobody knows the keys. Each might be one that was to go, so all go. */
  private long dropUnknown(Segment segment, int from) {
    List<long[]> unknown = new ArrayList<>();
    index.forEach((hash, address) -> {
      if (Address.segment(address) == segment.number() && Address.offset(address) >= from) {
        unknown.add(new long[] {hash, address});
      }
    });
    long gone = 0;
    for (long[] entry : unknown) {
      if (log.removeAt(entry[0], entry[1]) != null) {
        counters.damaged.increment();
        gone++;
      }
    }
    return gone;
  }

  void stop() {
    stopped = true;
    thread.shutdown();
  }
}
