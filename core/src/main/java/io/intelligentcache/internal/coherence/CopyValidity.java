package io.intelligentcache.internal.coherence;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.stats.HealthReading;
import io.intelligentcache.internal.stats.InvalidationCounts;
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
 * Decides which copies in this instance may be answered without asking the shared tier.
 *
 * <p>Each copy has an instant as of which it was what the shared tier had: the start of the request that fetched it.
 * The copy is trusted if no change of its key has been reported since that instant, and if all changes that were
 * acknowledged longer ago than the staleness bound have surely been reported:
 *
 * <pre>
 *   copy as of 10                                       trusted
 *   a change of the key is reported, noted as of 25     suspect: the next read asks the tier, one round trip
 *   the tier says that it is unchanged, asked at 31     copy as of 31, trusted
 *   received until 40, now 43, the bound is 2           suspect, as all copies are: the connection is dead
 * </pre>
 *
 * <p>There are two kinds of suspect copies. The difference matters only while the shared tier can't be asked. A copy
 * is <em>outdated</em> if a change of its key has been reported since: then the tier surely has, or had, something
 * else. A copy is <em>unconfirmed</em> if no change of its key has been reported, but this instance may have missed
 * one: after a gap, or because nothing was received for longer than the bound. So reported changes are noted
 * separately, and a gap after a reported change does not hide it.
 *
 * <pre>
 *   copy as of 10, a change of the key is reported at 25, the connection is lost at 30     outdated
 *   copy as of 10, the connection is lost at 30                                            unconfirmed
 * </pre>
 *
 * <p>Instants are compared on one clock of this process, so nothing depends on the clocks of other machines. If a key
 * changes while it is fetched, that needs no lock and no fence here: the copy is as of the start of the fetch, which
 * is before the change was noted. Changes are noted per stripe of keys, so a change of another key may make a copy
 * suspect. That costs one question to the tier.
 */
public final class CopyValidity implements Changes {
  private static final int STRIPES = 1 << 16;
  private static final int STAMP_SHIFT = 17; // units of 0.13 ms
  private static final long SHORTEST_BOUND_NANOS = Duration.ofSeconds(1).toNanos();

  private final TimeSource time;
  private final long boundNanos;
  private final long openedNanos;

  /** The stamp of the instant at which this was created; later stamps count on from it. */
  private final long firstStamp = ThreadLocalRandom.current().nextLong();

  /**
   * Per stripe, the instant since which its copies are suspect. A memory hit reads only this array. 512 KB, allocated
   * with the first note.
   */
  private volatile @Nullable AtomicLongArray suspectNanos;

  /**
   * Per stripe, when the last change was reported. Read only for suspect copies about which the tier can't be asked.
   * 512 KB, allocated with the first change.
   */
  private volatile @Nullable AtomicLongArray toldNanos;

  private final LongAdder changes = new LongAdder();
  private final LongAdder gaps = new LongAdder();
  private final ConcurrentHashMap<Integer, CompletableFuture<?>> waiting =
      new ConcurrentHashMap<>();
  private volatile long heardNanos;
  private volatile long widestNanos;

  /**
   * Creates it. It trusts no copy until something is received.
   *
   * @param time the clock of entries
   * @param bound how old a value may be that is answered without asking
   */
  public CopyValidity(TimeSource time, Duration bound) {
    this.time = requireNonNull(time, "time");
    this.boundNanos = bound.toNanos();
    this.openedNanos = time.nanos();
    this.heardNanos = openedNanos - boundNanos - 1;
  }

  /**
   * The stripe in which changes of a key are noted.
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
    changes.increment(); // last: a thread that sees the count sees the change
  }

  /**
   * Notes that a key has changed in the shared tier: copies of its stripe are outdated.
   *
   * @param stripe the stripe of its key
   */
  public void changed(int stripe) {
    long now = time.nanos();
    noteIn(told(), stripe, now); // first: a thread that sees a suspect copy must also see why
    noteIn(suspect(), stripe, now);
    wake(stripe); // no isEmpty() first: it may be wrong while other threads change the map
  }

  /**
   * Notes that the copies of a stripe must be confirmed, although no change was reported.
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
   * The next reported change of a key, or of another key of its stripe.
   *
   * @param key the key
   * @return completed by the thread that receives the report: continue on another thread
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
      notes = filled(longAgo() - 1); // before every copy, also of another process
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

  /** Notes an instant. If two threads note instants of one stripe, the later one stays. */
  private static void noteIn(AtomicLongArray notes, int stripe, long nanos) {
    notes.accumulateAndGet(stripe, nanos, CopyValidity::later);
  }

  /** {@return how old a value may be that is answered without asking, in nanoseconds} */
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
   * @param stripe the stripe of its key
   * @param asOfNanos the instant as of which it was right
   * @return false if it is suspect
   */
  public boolean isValid(int stripe, long asOfNanos) {
    // Read the instant of the last receipt first, then the changes. Changes are noted before that
    // instant advances, so all changes that it covers are seen here.
    long heard = heardNanos;
    return time.nanos() - heard <= boundNanos && asOfNanos - suspectNanos(stripe) > 0;
  }

  private long suspectNanos(int stripe) {
    AtomicLongArray notes = suspectNanos;
    return notes == null ? openedNanos : notes.get(stripe);
  }

  /**
   * Whether a change of a copy's key, or of another key of its stripe, was reported after the instant as of which the
   * copy was right.
   *
   * @param stripe the stripe of its key
   * @param asOfNanos the instant as of which it was right
   * @return true also for a copy of this instance's own write, until it has been confirmed: a report has only the
   *     key, so it does not show that it is of this write
   */
  public boolean isOutdated(int stripe, long asOfNanos) {
    AtomicLongArray notes = toldNanos;
    return notes != null && asOfNanos - notes.get(stripe) <= 0;
  }

  /** {@return whether the tier reports changes at present} */
  public boolean isListening() {
    return time.nanos() - heardNanos <= boundNanos;
  }

  /**
   * The largest age that a copy may have, as far as this instance knows.
   *
   * @param stripe the stripe of its key
   * @param asOfNanos the instant as of which it was right
   * @return nanoseconds since it was surely what the shared tier had
   */
  public long ageNanos(int stripe, long asOfNanos) {
    long heard = heardNanos;
    boolean untouched = asOfNanos - suspectNanos(stripe) > 0;
    long right = untouched && heard - asOfNanos > 0 ? heard : asOfNanos;
    return time.nanos() - right;
  }

  /**
   * Encodes an instant for a tier that outlives this process. It is rounded down, so that a copy seems older than it
   * is.
   *
   * <p>A stamp is a random number of this process plus the time since its start. So stamps of another process may look
   * like those of this process: with a probability of 1 in 10 billion if both run for a day, and of 1 in 30 million if
   * both run for a year.
   *
   * @param asOfNanos any instant
   * @return the stamp; for an instant before this was created, one that is taken for that of another process
   */
  public long stamp(long asOfNanos) {
    return firstStamp + Math.max(-1, (asOfNanos - openedNanos) >> STAMP_SHIFT);
  }

  /**
   * Decodes the instant of a stamp.
   *
   * @param stamp made by this or another process
   * @return an instant before all others, if another process made the stamp
   */
  public long asOfNanos(long stamp) {
    long units = stamp - firstStamp;
    boolean ours = units >= 0 && units <= (time.nanos() - openedNanos) >> STAMP_SHIFT;
    return ours ? openedNanos + (units << STAMP_SHIFT) : longAgo();
  }

  private long longAgo() {
    return openedNanos - Long.MAX_VALUE / 2;
  }

  /** {@return the counts of changes and gaps, and how long ago reports were known to be complete} */
  public InvalidationStats stats() {
    return new InvalidationCounts(
        Duration.ofNanos(boundNanos),
        Duration.ofNanos(time.nanos() - heardNanos),
        Duration.ofNanos(widestNanos),
        changes.sum(),
        gaps.sum());
  }

  /**
   * The health of the tier that reports changes, together with the state of its reports.
   *
   * @param tier the health as the tier itself sees it
   * @return both together
   */
  public Health health(SharedHealth tier) {
    long window = time.nanos() - heardNanos;
    // Two heartbeats may be further apart than a short bound. That is not a problem.
    boolean late = boundNanos >= SHORTEST_BOUND_NANOS && window > boundNanos;
    boolean overdue = tier.problem() == null && late;
    Duration since = Duration.ofNanos(window);
    Duration bound = Duration.ofNanos(boundNanos);
    return new HealthReading(
        true,
        tier.connected(),
        tier.answering(),
        tier.telling() && !late,
        since,
        bound,
        overdue ? since.minus(bound) : tier.troubledFor(),
        overdue
            ? "nothing received about changes for " + since.toMillis()
                + " ms; the staleness bound is " + bound.toMillis() + " ms"
            : tier.problem());
  }
}
