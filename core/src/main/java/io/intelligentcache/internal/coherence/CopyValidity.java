package io.intelligentcache.internal.coherence;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.stats.Health;
import io.intelligentcache.stats.InvalidationStats;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.SharedHealth;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Which of the copies that this instance holds may be answered without asking the shared tier.
 *
 * <p>Each copy knows an instant as of which it was what that tier had: the start of the request that
 * brought it. It is trusted if nobody has told of a change of its key since, and if what was
 * acknowledged more than the staleness bound ago has surely been told of:
 *
 * <pre>
 *   copy as of 10                                     trusted
 *   a change of the key is told, noted as of 25       suspect: the next read asks, one round trip
 *   it has not changed, asked at 31                   copy as of 31, trusted
 *   heard until 40, now 43, the bound is 2            suspect, all copies are: the line is dead
 * </pre>
 *
 * <p>A suspect copy is one of two kinds, which matters only while the shared tier can't be asked. It is
 * <em>outdated</em> if a change of its key was told since: then the tier surely has, or had, something
 * else. It is merely <em>unconfirmed</em> if nothing was told of its key, but this instance may have
 * missed a change, after a gap or in silence. So told changes are kept apart, and a gap that follows one
 * does not cover it.
 *
 * <pre>
 *   copy as of 10, a change of the key is told at 25, the connection is lost at 30     outdated
 *   copy as of 10, the connection is lost at 30                                        unconfirmed
 * </pre>
 *
 * <p>Instants are compared on one clock of this process, so nothing depends on other machines' clocks.
 * A fetch that is overtaken by a change needs no lock and no fence: its copy is as of its start, which
 * is before the change was noted. Changes are noted per stripe of keys, so another key's change may
 * make a copy suspect; that costs a question.
 */
public final class CopyValidity implements Changes {
  private static final int STRIPES = 1 << 16;
  private static final int STAMP_SHIFT = 24; // units of 17 ms: 32 bits of them last for two years
  private static final long UNITS = 1L << 32;
  private static final long SHORTEST_BOUND_NANOS = Duration.ofSeconds(1).toNanos();

  private final TimeSource time;
  private final long boundNanos;
  private final long openedNanos;
  private final int session = ThreadLocalRandom.current().nextInt();

  /**
   * Per stripe, since when its copies are suspect. The only array that a memory hit reads. 512 KB,
   * allocated with the first note.
   */
  private volatile @Nullable AtomicLongArray suspectNanos;

  /**
   * Per stripe, when a change was told last. Read only about copies that are suspect and can't be asked
   * about. 512 KB, allocated with the first change.
   */
  private volatile @Nullable AtomicLongArray toldNanos;

  private final LongAdder changes = new LongAdder();
  private final LongAdder gaps = new LongAdder();
  private final ConcurrentHashMap<Integer, CompletableFuture<?>> waiting =
      new ConcurrentHashMap<>();
  private volatile long heardNanos;
  private volatile long widestNanos;

  /**
   * Trusts nothing, until it hears something.
   *
   * @param time the clock of entries
   * @param bound how old what is answered without asking may be
   */
  public CopyValidity(TimeSource time, Duration bound) {
    this.time = requireNonNull(time, "time");
    this.boundNanos = bound.toNanos();
    this.openedNanos = time.nanos();
    this.heardNanos = openedNanos - boundNanos - 1;
  }

  /**
   * Where changes of a key are noted.
   *
   * @param key the key
   * @return its stripe
   */
  public static int stripe(TierKey key) {
    return (key.hashCode() * 0x9E3779B9) >>> (32 - Integer.numberOfTrailingZeros(STRIPES));
  }

  @Override
  public void changed(TierKey key) {
    changed(stripe(key));
    changes.increment(); // last: who sees the count sees the change
  }

  /**
   * Notes that a key has changed in the shared tier: copies of its stripe are outdated.
   *
   * @param stripe the stripe of its key
   */
  public void changed(int stripe) {
    long now = time.nanos();
    noteIn(told(), stripe, now); // first: who sees that a copy is suspect must also see why
    noteIn(suspect(), stripe, now);
    wake(stripe); // unasked: while others come and go a concurrent map may seem empty that is not
  }

  /**
   * Notes that copies of a stripe have to be asked about, though nobody told of a change.
   *
   * @param stripe the stripe of their keys
   */
  public void doubt(int stripe) {
    noteIn(suspect(), stripe, time.nanos());
  }

  @Override
  public void changedAll() {
    long now = time.nanos();
    noteInAll(told(), now);
    noteInAll(suspect(), now);
    waiting.keySet().forEach(this::wake);
    changes.increment();
  }

  @Override
  public void missed() {
    noteInAll(suspect(), time.nanos());
    waiting.keySet().forEach(this::wake);
    gaps.increment();
  }

  private void wake(int stripe) {
    CompletableFuture<?> waiters = waiting.remove(stripe);
    if (waiters != null) {
      waiters.complete(null);
    }
  }

  /**
   * The next change that is told of a key, or of another one of its stripe.
   *
   * @param key the key
   * @return done by the thread that is told: go on elsewhere
   */
  public CompletableFuture<?> nextChange(TierKey key) {
    return waiting.computeIfAbsent(stripe(key), stripe -> new CompletableFuture<>());
  }

  private AtomicLongArray suspect() {
    AtomicLongArray notes = suspectNanos;
    return notes != null ? notes : firstSuspect();
  }

  private synchronized AtomicLongArray firstSuspect() {
    AtomicLongArray notes = suspectNanos;
    if (notes == null) {
      notes = filled(openedNanos);
      suspectNanos = notes;
    }
    return notes;
  }

  private AtomicLongArray told() {
    AtomicLongArray notes = toldNanos;
    return notes != null ? notes : firstTold();
  }

  private synchronized AtomicLongArray firstTold() {
    AtomicLongArray notes = toldNanos;
    if (notes == null) {
      notes = filled(longAgo() - 1); // before every copy, also one that another process made
      toldNanos = notes;
    }
    return notes;
  }

  private static AtomicLongArray filled(long nanos) {
    AtomicLongArray notes = new AtomicLongArray(STRIPES);
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      notes.setPlain(stripe, nanos);
    }
    return notes;
  }

  private static void noteInAll(AtomicLongArray notes, long nanos) {
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      noteIn(notes, stripe, nanos);
    }
  }

  /** The later instant of two that are noted at once must stay. */
  private static void noteIn(AtomicLongArray notes, int stripe, long nanos) {
    notes.accumulateAndGet(stripe, nanos, CopyValidity::later);
  }

  /** {@return how old what is answered without asking may be, in nanoseconds} */
  public long boundNanos() {
    return boundNanos;
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  @Override
  public void receivedUntil(long nanos) {
    long window = time.nanos() - heardNanos;
    if (window > widestNanos && window <= boundNanos) {
      widestNanos = window;
    }
    heardNanos = nanos;
  }

  /**
   * Whether a copy may be answered without asking.
   *
   * @param stripe of its key
   * @param asOfNanos as of when it was right
   * @return false if it is suspect
   */
  public boolean isValid(int stripe, long asOfNanos) {
    // First what was heard, then the changes: these are told before that, so what is read here
    // includes all changes that the instant read before stands for.
    long heard = heardNanos;
    return time.nanos() - heard <= boundNanos && asOfNanos - suspectNanos(stripe) > 0;
  }

  private long suspectNanos(int stripe) {
    AtomicLongArray notes = suspectNanos;
    return notes == null ? openedNanos : notes.get(stripe);
  }

  /**
   * Whether a change of a copy's key, or of another key of its stripe, was told after it was right.
   *
   * @param stripe of its key
   * @param asOfNanos as of when it was right
   * @return true also for a copy of this instance's own write until it has been asked about: a change is
   *     told by its key alone, so nobody knows that it was that write
   */
  public boolean isOutdated(int stripe, long asOfNanos) {
    AtomicLongArray notes = toldNanos;
    return notes != null && asOfNanos - notes.get(stripe) <= 0;
  }

  /** {@return whether the tier tells of changes at present} */
  public boolean isListening() {
    return time.nanos() - heardNanos <= boundNanos;
  }

  /**
   * How old a copy may be at most, as far as is known here.
   *
   * @param stripe of its key
   * @param asOfNanos as of when it was right
   * @return nanoseconds since it was surely what the shared tier had
   */
  public long ageNanos(int stripe, long asOfNanos) {
    long heard = heardNanos;
    boolean untouched = asOfNanos - suspectNanos(stripe) > 0;
    long right = untouched && heard - asOfNanos > 0 ? heard : asOfNanos;
    return time.nanos() - right;
  }

  /**
   * An instant for a tier that outlives this process; rounded down, so that a copy seems older.
   *
   * @param asOfNanos an instant since this was made
   * @return the stamp; another process does not take it for one of its own
   */
  public long stamp(long asOfNanos) {
    long units = Math.max(0, asOfNanos - openedNanos) >>> STAMP_SHIFT;
    return units >= UNITS ? 0 : (long) session << 32 | units;
  }

  /**
   * The instant of a stamp.
   *
   * @param stamp by this or another process
   * @return longer ago than anything, if it was another one
   */
  public long asOfNanos(long stamp) {
    boolean ours = (int) (stamp >>> 32) == session;
    return ours ? openedNanos + ((stamp & UNITS - 1) << STAMP_SHIFT) : longAgo();
  }

  private long longAgo() {
    return openedNanos - Long.MAX_VALUE / 2;
  }

  /** {@return what was told, and how long ago it was all} */
  public InvalidationStats stats() {
    return new InvalidationStats(
        Duration.ofNanos(boundNanos),
        Duration.ofNanos(time.nanos() - heardNanos),
        Duration.ofNanos(widestNanos),
        changes.sum(),
        gaps.sum());
  }

  /**
   * The health of the tier that tells of changes, with what was told.
   *
   * @param tier its own account
   * @return both together
   */
  public Health health(SharedHealth tier) {
    long window = time.nanos() - heardNanos;
    // Two answers may be further apart than a short bound; that is no trouble.
    boolean late = boundNanos >= SHORTEST_BOUND_NANOS && window > boundNanos;
    boolean overdue = tier.problem() == null && late;
    Duration since = Duration.ofNanos(window);
    Duration bound = Duration.ofNanos(boundNanos);
    return new Health(
        true,
        tier.connected(),
        tier.answering(),
        tier.telling() && !late,
        since,
        bound,
        overdue ? since.minus(bound) : tier.troubledFor(),
        overdue
            ? "told of no change for " + since.toMillis() + " ms, the staleness bound is "
                + bound.toMillis() + " ms"
            : tier.problem());
  }
}
