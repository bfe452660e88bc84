package io.intelligentcache.internal.tier;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.concurrent.SpinWait;
import io.intelligentcache.internal.concurrent.StepThreads;
import io.intelligentcache.internal.concurrent.Timeouts;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Gives the reads of a tier a deadline. That tier reads a device in the calling thread. A read that hangs in the
 * system can't be stopped, but its caller can go on, so this tier reads on {@linkplain ReaderThreads threads of
 * its own}.
 *
 * <ul>
 *   <li>A read that has returned nothing for {@link TimedRead#DEADLINE} is refused as {@link Reason#LATE}.
 *   <li>If it has been running for that long, a {@linkplain ReadBreaker breaker} opens, and reads are refused as
 *       {@link Reason#OPEN}. A read that waited for others does not open it: then the device works.
 *   <li>A read that finds the queue full is refused as {@link Reason#BUSY}.
 *   <li>A key that the tier does not seem to have is not read from the device: the tier itself answers at once.
 * </ul>
 *
 * <p>The caller spins for a moment, because a page that the system has in memory is read faster than a thread can
 * be put to sleep and woken.
 */
public final class ReadDeadlineTier extends ForwardingTier {
  private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

  private final Tier tier;
  private final Timeouts timeouts;
  private final ReaderThreads readers;
  private final ReadBreaker breaker;
  private final LongAdder refused = new LongAdder();

  /** Reads that have neither ended nor been given up. */
  private final Set<DeviceRead> underWay = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean watched = new AtomicBoolean();

  /**
   * Creates it, without a thread.
   *
   * @param tier the tier whose reads may hang
   * @param timeouts its threads answer the reads that are late, and open the breaker
   */
  public ReadDeadlineTier(Tier tier, Timeouts timeouts) {
    super(tier);
    this.tier = tier;
    this.timeouts = timeouts;
    this.readers = ReaderThreads.of(tier.name());
    this.breaker = new ReadBreaker(tier.name(), timeouts::nanos);
  }

  @Override
  public CompletableFuture<Lookup> get(TierKey key) {
    return getAll(List.of(key)).thenApply(lookups -> lookups.get(0));
  }

  /** Completes within the deadline after the last of the keys that was read. */
  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    List<TierKey> there = new ArrayList<>(keys.size());
    List<TierKey> absent = new ArrayList<>(0);
    boolean[] isThere = new boolean[keys.size()];
    for (int i = 0; i < isThere.length; i++) {
      TierKey key = keys.get(i);
      isThere[i] = tier.mayContain(key);
      (isThere[i] ? there : absent).add(key);
    }
    if (there.isEmpty()) {
      return tier.getAll(keys);
    }
    CompletableFuture<List<Lookup>> read = read(there);
    return absent.isEmpty()
        ? read
        : read.thenCombine(tier.getAll(absent), (some, others) -> inOrder(isThere, some, others));
  }

  private static List<Lookup> inOrder(boolean[] isThere, List<Lookup> some, List<Lookup> others) {
    Iterator<Lookup> there = some.iterator();
    Iterator<Lookup> absent = others.iterator();
    List<Lookup> all = new ArrayList<>(isThere.length);
    for (boolean is : isThere) {
      all.add((is ? there : absent).next());
    }
    return all;
  }

  private CompletableFuture<List<Lookup>> read(List<TierKey> keys) {
    if (breaker.isOpen()) {
      return refuse(keys, Reason.OPEN);
    }
    var read = new TimedRead(tier, keys, timeouts::nanos);
    Reason refusal = start(read);
    if (refusal != null) {
      return refuse(keys, refusal);
    }
    if (!StepThreads.isCurrent()) { // a step thread has other work
      SpinWait.until(read.answer()::isDone);
    }
    return read.answer();
  }

  private CompletableFuture<List<Lookup>> refuse(List<TierKey> keys, Reason why) {
    refused.add(keys.size());
    return CompletableFuture.completedFuture(
        Collections.nCopies(keys.size(), new Lookup.Refused(why)));
  }

  /** A page is late a second after it was asked for, as a read. */
  @Override
  public CompletableFuture<Listing> list(Space space, Listing.@Nullable Cursor from) {
    requireNonNull(space, "space");
    if (breaker.isOpen()) {
      return refuseListing(Reason.OPEN);
    }
    var page = new TimedListing(tier, space, from, timeouts::nanos);
    Reason refusal = start(page);
    return refusal == null ? page.answer() : refuseListing(refusal);
  }

  private CompletableFuture<Listing> refuseListing(Reason why) {
    refused.increment();
    return CompletableFuture.completedFuture(new Listing.Refused(why, ""));
  }

  /** Hands a read to the readers. Returns why they refuse it; null if they take it. */
  private @Nullable Reason start(DeviceRead read) {
    underWay.add(read);
    if (!readers.add(() -> run(read))) {
      underWay.remove(read);
      return readers.isClosed() ? Reason.CLOSED : Reason.BUSY;
    }
    watch();
    return null;
  }

  private void run(DeviceRead read) {
    try {
      read.run();
    } finally { // whatever it throws, the caller gets an answer
      underWay.remove(read);
      refused.add(read.end(Reason.BROKEN));
    }
  }

  private void watch() {
    if (!watched.get() && watched.compareAndSet(false, true)) {
      var unused = timeouts.after(LOOK_NANOS, this::look);
    }
  }

  /** Checks the running reads. It may log, so the timer's thread only hands it over. */
  private void look() {
    watched.set(false);
    boolean closed = timeouts.isClosed(); // then this is the last check
    long now = timeouts.nanos();
    for (DeviceRead read : underWay) {
      if (closed || read.isLate(now)) {
        giveUp(read, now);
      }
    }
    breaker.probe(readers);
    if (!closed && (!underWay.isEmpty() || breaker.isOpen())) {
      watch();
    }
  }

  /**
   * Answers a read that is late. A read that is running may have waited for long before it began, so it stays in
   * {@code underWay} until it ends or hangs.
   */
  private void giveUp(DeviceRead read, long now) {
    refused.add(read.end(Reason.LATE));
    if (read.hangs(now)) {
      underWay.remove(read);
      breaker.open(read::again);
    } else if (!read.isRunning()) {
      underWay.remove(read);
    }
  }

  @Override
  public TierStats stats() {
    TierStats known = super.stats();
    return known
        .refused(known.refused() + refused.sum())
        .available(known.available() && !breaker.isOpen());
  }

  @Override
  public void close() {
    super.close();
    readers.close();
  }
}
