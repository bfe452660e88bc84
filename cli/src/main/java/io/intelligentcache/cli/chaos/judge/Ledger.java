package io.intelligentcache.cli.chaos.judge;

import io.intelligentcache.cli.chaos.fault.Times;
import io.intelligentcache.cli.chaos.judge.Verdict.Allowed;
import io.intelligentcache.cli.chaos.judge.Verdict.Broken;
import io.intelligentcache.cli.chaos.judge.Verdict.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Records every write of every key, judges every read at once, and counts. Thread-safe. */
public final class Ledger {
  /** The life number of a write that no instance makes. */
  public static final int NO_LIFE = -1;

  /** Shows an answer without a value. */
  public static final String ABSENT = "nothing";

  private static final int MOST_EXAMPLES = 10;
  private static final int MOST_SHOWN = 40;

  private final long originNanos;
  private final Map<String, KeyHistory> histories = new LinkedHashMap<>();
  private final LongAdder reads = new LongAdder();
  private final LongAdder absent = new LongAdder();
  private final LongAdder excused = new LongAdder();
  private final LongAdder staleReads = new LongAdder();
  private final LongAccumulator worstStaleNanos = new LongAccumulator(Math::max, 0);
  private final LongAdder writes = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();
  private final AtomicLongArray violations = new AtomicLongArray(Kind.values().length);
  private final Set<String> shown = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> examples = new ConcurrentLinkedQueue<>();

  Ledger(Collection<String> keys, Duration bound) {
    this(keys, new Rules(bound, Duration.ZERO, true), System.nanoTime());
  }

  /**
   * A ledger of keys without writes.
   *
   * @param originNanos when the run began, the same for all ledgers of a run
   */
  public Ledger(Collection<String> keys, Rules rules, long originNanos) {
    this.originNanos = originNanos;
    keys.forEach(key -> histories.put(key, new KeyHistory(rules)));
  }

  /** Nanoseconds since the run began. */
  public long now() {
    return System.nanoTime() - originNanos;
  }

  private KeyHistory history(String key) {
    KeyHistory history = histories.get(key);
    if (history == null) {
      throw new IllegalArgumentException("no such key: " + key);
    }
    return history;
  }

  /** Records the call of a write. Takes the time under the lock, so that times are in order. */
  public Write begin(String key, int life, boolean readable) {
    return begin(key, life, readable, Write.FOREVER);
  }

  /** Records the call of a write with a time to live. */
  public Write begin(String key, int life, boolean readable, long ttlNanos) {
    writes.increment();
    KeyHistory history = history(key);
    synchronized (history) {
      return history.begin(life, readable, now(), ttlNanos);
    }
  }

  /** Records the return of a write. */
  public void end(String key, Write write, boolean byRedisAcknowledged, long clockErrorNanos) {
    if (byRedisAcknowledged) {
      acknowledged.increment();
    }
    KeyHistory history = history(key);
    synchronized (history) {
      write.end(byRedisAcknowledged, clockErrorNanos, now());
    }
  }

  /** The server lost all its data between that instant and now. */
  public void serverForgot(long fromNanos) {
    for (KeyHistory history : histories.values()) {
      synchronized (history) {
        history.serverForgot(fromNanos, now());
      }
    }
  }

  /** The server may lose any data at any time. */
  public void serverForgets() {
    for (KeyHistory history : histories.values()) {
      synchronized (history) {
        history.serverForgot(0, Long.MAX_VALUE);
      }
    }
  }

  /** A server failed and lost the writes that it acknowledged from that instant on. */
  public void writesMayBeLost(long fromNanos) {
    for (KeyHistory history : histories.values()) {
      synchronized (history) {
        history.writesMayBeLost(fromNanos, now());
      }
    }
  }

  /** The clock of a server was wrong at some time between that instant and now. */
  public void clockJumped(long fromNanos) {
    for (KeyHistory history : histories.values()) {
      synchronized (history) {
        history.clockJumped(fromNanos, now());
      }
    }
  }

  /** Whether the last write of a key may be lost with a failed server. */
  public boolean mayHaveLostLast(String key) {
    KeyHistory history = history(key);
    synchronized (history) {
      return history.mayHaveLostLast();
    }
  }

  /**
   * Judges a read that has returned.
   *
   * @param startNanos the value of {@link #now} before the read was called
   * @param text its answer, or null for absent
   */
  public void judge(String key, int life, long startNanos, @Nullable String text) {
    judge(key, life, startNanos, text, Heard.NOTHING);
  }

  /**
   * Judges a read that has returned.
   *
   * @param heard which changes the instance had received before the read was called
   */
  public void judge(String key, int life, long startNanos, @Nullable String text, Heard heard) {
    reads.increment();
    if (text == null) {
      absent.increment();
      return;
    }
    Value value = Value.parse(text);
    if (value == null || !value.key().equals(key)) {
      broken(key, life, startNanos, shown(text), new Broken(Kind.WRONG, 0, List.of()));
      return;
    }
    var read = new Read(life, startNanos, now(), value.number(), heard);
    KeyHistory history = history(key);
    Verdict verdict;
    synchronized (history) {
      verdict = history.judge(read);
    }
    if (verdict instanceof Broken broken) {
      worstStaleNanos.accumulate(broken.staleNanos());
      broken(key, life, startNanos, shown(text), broken);
    } else if (verdict instanceof Allowed allowed) {
      count(allowed);
    }
  }

  private void count(Allowed allowed) {
    if (allowed.staleNanos() > 0) {
      staleReads.increment();
      worstStaleNanos.accumulate(allowed.staleNanos());
    }
    if (allowed.excused()) {
      excused.increment();
    }
  }

  /** Counts a read through the loader that found nothing, although the database has every row. */
  public void lostRow(String key, int life, long startNanos) {
    reads.increment();
    broken(key, life, startNanos, ABSENT, new Broken(Kind.WRONG, 0, List.of()));
  }

  /** Shows an answer in short: the write it comes from, if that can be recognized. */
  public static String shown(@Nullable String text) {
    if (text == null) {
      return ABSENT;
    }
    Value value = Value.parse(text);
    return value == null
        ? text.substring(0, Math.min(MOST_SHOWN, text.length()))
        : value.key() + "#" + value.number();
  }

  private void broken(String key, int life, long startNanos, String answer, Broken broken) {
    violations.incrementAndGet(broken.kind().ordinal());
    if (shown.size() < MOST_EXAMPLES && shown.add(broken.kind() + key + answer)) {
      var lines = new StringBuilder(broken.kind() + ": " + key + " read in life " + life + " at "
          + Times.seconds(startNanos) + ": " + answer);
      if (broken.staleNanos() > 0) {
        lines
            .append(", ")
            .append(Times.seconds(broken.staleNanos()))
            .append(" after a newer write was acknowledged");
      }
      broken.excerpt().forEach(write -> lines.append("\n    ").append(write));
      examples.add(lines.toString());
    }
  }

  public long reads() {
    return reads.sum();
  }

  /** Reads that found nothing. */
  public long absent() {
    return absent.sum();
  }

  /** Reads that are allowed only because of the clocks' error, or because the server lost data. */
  public long excused() {
    return excused.sum();
  }

  /** Reads, within the bound or not, that returned a value older than an acknowledged one. */
  public long staleReads() {
    return staleReads.sum() + violations(Kind.STALE);
  }

  public Duration worstStaleness() {
    return Duration.ofNanos(worstStaleNanos.get());
  }

  public long writes() {
    return writes.sum();
  }

  public long acknowledged() {
    return acknowledged.sum();
  }

  public long violations(Kind kind) {
    return violations.get(kind.ordinal());
  }

  public long violations() {
    long sum = 0;
    for (Kind kind : Kind.values()) {
      sum += violations(kind);
    }
    return sum;
  }

  /**
   * The first violations, one for each value that should not have been read,
   * with the writes that prove it.
   */
  public List<String> examples() {
    return new ArrayList<>(examples);
  }
}
