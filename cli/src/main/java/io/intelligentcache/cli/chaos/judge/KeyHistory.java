package io.intelligentcache.cli.chaos.judge;

import io.intelligentcache.cli.chaos.judge.Verdict.Allowed;
import io.intelligentcache.cli.chaos.judge.Verdict.Broken;
import io.intelligentcache.cli.chaos.judge.Verdict.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The writes of one key, and the judge of its reads. Not thread-safe; calls come
 * in the order of their times.
 *
 * <p>Writes whose calls overlap may have taken effect in any order. A write that returned before another
 * was called is older, whatever its outcome. The reason: Redis keeps the greater version, and versions
 * follow the order of the calls. Within an instance this is strict. Between two instances it is as exact
 * as their clocks are known. So a value is overwritten by every acknowledged write that was called after
 * the value's own write had returned. An absent answer is always allowed: a cache may forget.
 *
 * <p>If the order of two writes is unknown, either value may be read, but all instances must agree.
 * Once the bound after both writes is over, a read of one value shows that it is the newer one, and no
 * later read may show the opposite.
 *
 * <p>If the server loses its data, it loses versions too. An older write that is still in the network is
 * then stored if it arrives within {@link #LATEST_ARRIVAL}. Such a value does not count as a violation.
 *
 * <p>If a replica takes over that had not received the last writes, those writes are lost, even if they
 * were acknowledged. A value that they would have overwritten does not count as a violation either.
 *
 * <p>Writes that no read may return any more are dropped after {@link #KEPT}.
 */
final class KeyHistory {
  /**
   * How long after its return a write can still be stored if Redis has nothing
   * for the key; a generous limit.
   */
  static final Duration LATEST_ARRIVAL = Duration.ofSeconds(11);

  /** Longer than any read takes. */
  static final Duration KEPT = Duration.ofSeconds(60);

  /** How long an instance may take to learn the time after the clock of Redis jumped; a generous limit. */
  private static final Duration CLOCK_LEARNT = Duration.ofSeconds(10);

  private static final int DROP_EVERY = 64;
  private static final int MOST_SHOWN = 8;

  private record Span(long fromNanos, long toNanos) {}

  private final long boundNanos;
  private final long expiryToleranceNanos;
  private final boolean hearingBinds;
  private final List<Write> writes = new ArrayList<>(); // in call order
  private final List<Span> forgotten = new ArrayList<>();
  private final List<Span> losses = new ArrayList<>();
  private final List<Span> clockJumps = new ArrayList<>();
  private long next;
  private long droppedOvertakenNanos; // when the last dropped one was overwritten

  /**
   * A key without writes.
   *
   * @param bound how long after an acknowledged write older values may still be read
   */
  KeyHistory(Duration bound) {
    this(new Rules(bound, Duration.ZERO, true));
  }

  KeyHistory(Rules rules) {
    this.boundNanos = rules.bound().toNanos();
    this.expiryToleranceNanos = rules.expiryTolerance().toNanos();
    this.hearingBinds = rules.hearingBinds();
  }

  /** Records the call of a write. */
  Write begin(int life, boolean readable, long nanos) {
    return begin(life, readable, nanos, Write.FOREVER);
  }

  /** Records the call of a write with a time to live. */
  Write begin(int life, boolean readable, long nanos, long ttlNanos) {
    if (next % DROP_EVERY == 0) {
      dropUntil(nanos - KEPT.toNanos());
    }
    var write = new Write(next++, life, readable, nanos, ttlNanos);
    writes.add(write);
    return write;
  }

  /** The server lost all its data at some time between these two instants. */
  void serverForgot(long fromNanos, long toNanos) {
    forgotten.removeIf(span -> span.toNanos() < fromNanos - KEPT.toNanos());
    forgotten.add(new Span(fromNanos, toNanos));
  }

  /**
   * A server failed between these two instants. It lost the writes that it had acknowledged since the
   * first instant, but no older ones.
   */
  void writesMayBeLost(long fromNanos, long toNanos) {
    losses.removeIf(span -> span.toNanos() < fromNanos - KEPT.toNanos());
    losses.add(new Span(fromNanos, toNanos));
  }

  /** The clock of a server was wrong at some time between these two instants. */
  void clockJumped(long fromNanos, long toNanos) {
    clockJumps.removeIf(span -> span.toNanos() < fromNanos - KEPT.toNanos());
    clockJumps.add(new Span(fromNanos, toNanos));
  }

  Verdict judge(Read read) {
    if (read.number() == Read.ABSENT) {
      return Allowed.FRESH;
    }
    long first = next - writes.size();
    if (read.number() < 0 || read.number() >= next) {
      return new Broken(Kind.WRONG, 0, shown(writes.size() - 1));
    }
    if (read.number() < first) {
      long stale = read.startNanos() - droppedOvertakenNanos;
      return stale > boundNanos
          ? new Broken(Kind.STALE, stale, shown(0))
          : new Allowed(stale, false);
    }
    int index = (int) (read.number() - first);
    Write written = writes.get(index);
    return !written.readable() || written.startNanos() > read.endNanos()
        ? new Broken(Kind.WRONG, 0, shown(index))
        : judge(read, written, index);
  }

  private Verdict judge(Read read, Write written, int index) {
    long stale = 0;
    boolean own = false;
    boolean heard = false;
    int newer = -1; // a write that an earlier read showed to be newer
    boolean excused = false;
    for (int i = 0; i < writes.size(); i++) {
      Write other = writes.get(i);
      long age = read.startNanos() - other.endNanos();
      if (age <= 0 || i == index || other.surelyOlder(written)) {
        continue;
      }
      boolean comparable = !mayArriveLate(written, other) && !mayBeLost(other);
      if (comparable && written.surelyOlder(other)) {
        own |= other.life() == read.life();
        heard |= read.heard().of(other);
        stale = other.acknowledged() ? Math.max(stale, age) : stale;
        continue;
      }
      excused |= written.surelyBefore(other)
          && (other.life() == read.life() || (other.acknowledged() && age > boundNanos));
      if (comparable && age > boundNanos && showsOlder(other, written)) {
        newer = i;
      }
    }
    List<Kind> broken = new ArrayList<>();
    add(broken, Kind.OWN_WRITE, own);
    add(broken, Kind.STALE, stale > boundNanos);
    add(broken, Kind.HEARD, heard && hearingBinds);
    add(broken, Kind.DISAGREED, newer >= 0);
    add(broken, Kind.EXPIRED, expired(read, written));
    return broken.isEmpty()
        ? new Allowed(stale, excused)
        : new Broken(broken.get(0), stale, shown(newer < 0 ? index : Math.min(index, newer)));
  }

  private static void add(List<Kind> kinds, Kind kind, boolean holds) {
    if (holds) {
      kinds.add(kind);
    }
  }

  /**
   * Records what a read of {@code written} shows. The order of the two writes is unknown, and the bound
   * after {@code other} is over. So if {@code other} was acknowledged, {@code written} is newer.
   *
   * @return whether an earlier read has shown the opposite
   */
  private static boolean showsOlder(Write other, Write written) {
    if (!other.acknowledged()) {
      return false;
    }
    other.isBefore(written);
    return written.wasBefore(other);
  }

  /**
   * Whether the value had expired. Expiry times are instants on the clock of Redis. While that clock
   * jumps, and until all instances have learnt the time again, no value counts as expired.
   */
  private boolean expired(Read read, Write written) {
    long learnt = CLOCK_LEARNT.toNanos();
    return written.expiredBefore(read.startNanos(), expiryToleranceNanos)
        && clockJumps.stream()
            .noneMatch(span -> span.toNanos() + learnt >= written.startNanos()
                && span.fromNanos() <= read.startNanos());
  }

  /** Whether the server lost the later write while the other one may still have been in the network. */
  private boolean mayArriveLate(Write written, Write later) {
    if (written.acknowledged()) {
      return false;
    }
    for (Span span : forgotten) {
      if (span.toNanos() >= later.startNanos()
          && span.fromNanos() <= written.endNanos() + LATEST_ARRIVAL.toNanos()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a write may be lost. A write that was not acknowledged may be repeated later, and lost then.
   */
  private boolean mayBeLost(Write write) {
    long latest = write.endNanos() + (write.acknowledged() ? 0 : LATEST_ARRIVAL.toNanos());
    return losses.stream()
        .anyMatch(span -> span.toNanos() >= write.startNanos() && span.fromNanos() <= latest);
  }

  /** Whether the last write may be lost. */
  boolean mayHaveLostLast() {
    return !writes.isEmpty() && mayBeLost(writes.get(writes.size() - 1));
  }

  private void dropUntil(long nanos) {
    long overtakenBefore = Long.MIN_VALUE;
    long overtakenAt = 0;
    for (Write write : writes) {
      if (write.acknowledged() && write.endNanos() < nanos) {
        overtakenBefore = write.startNanos();
        overtakenAt = Math.max(overtakenAt, write.endNanos());
      }
    }
    int drop = 0;
    while (drop < writes.size() && writes.get(drop).endNanos() < overtakenBefore) {
      drop++;
    }
    if (drop > 0) {
      writes.subList(0, drop).clear();
      droppedOvertakenNanos = overtakenAt;
    }
  }

  /** Shows some writes from an index on, and the last one. */
  private List<String> shown(int from) {
    List<String> shown = new ArrayList<>();
    for (int i = Math.max(0, from); i < writes.size(); i++) {
      if (i < from + MOST_SHOWN || i == writes.size() - 1) {
        shown.add(writes.get(i).toString());
      }
    }
    return shown;
  }

  int size() {
    return writes.size();
  }
}
