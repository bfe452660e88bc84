package io.intelligentcache.internal.coherence;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.tier.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One fetch per key at a time. Callers that come while it runs share its outcome.
 *
 * <p>A flight is also a fence. Whoever changes a key recalls its flight first: callers that come
 * later start another one, and the recalled one, which may have seen what was there before the
 * change, finds that it is no longer current and must not store what it brings.
 *
 * <pre>
 *   get(k) opens flight 1, reads v1 from Redis | put(k, v2) recalls flight 1, stores v2
 *   flight 1 lands: not current, v1 goes to its own callers and nowhere else
 * </pre>
 *
 * <p>A flight is found by the hash that its key had when it was opened, and by itself: what a key's {@code hashCode}
 * or {@code equals} throws, or a hash that changes, leaves no flight open.
 *
 * @param <K> type of the keys
 * @param <T> what a flight brings
 */
public final class SingleFlight<K, T> {
  /** Null until the first flight: most tenants have none of some kinds. */
  private volatile @Nullable ConcurrentHashMap<Place<K>, Flight<K, T>> open;

  /**
   * At least as many as are open: counted before a flight is opened, and until it has landed. So a put, which recalls
   * flights where there are none most of the time, need not look. The map's own count is too low for a moment.
   */
  private final AtomicInteger underWay = new AtomicInteger();

  private final TimeSource time;

  /**
   * Makes it, with no flight open.
   *
   * @param time tells when flights are opened
   */
  public SingleFlight(TimeSource time) {
    this.time = requireNonNull(time, "time");
  }

  /**
   * Joins the flight of a key, or opens one.
   *
   * @param key the key
   * @param fetch starts the fetch if this caller is the first; runs in the caller
   * @return the outcome; the future is the caller's own, cancelling it disturbs nobody
   */
  public CompletableFuture<T> join(K key, Function<Flight<K, T>, CompletableFuture<T>> fetch) {
    var mine = new Flight<>(this, new Place<>(key));
    Flight<K, T> first = opened(mine);
    if (first != null) {
      return first.outcome.copy();
    }
    try {
      var unused = fetch.apply(mine).whenComplete(mine::land);
    } catch (Throwable failure) { // whatever it is, those who wait must hear of it
      mine.land(null, failure);
    }
    return mine.outcome.copy();
  }

  /** Opens a flight, or answers the one that is open. */
  private @Nullable Flight<K, T> opened(Flight<K, T> mine) {
    underWay.incrementAndGet();
    Flight<K, T> first = mine;
    try {
      first = table().putIfAbsent(mine.place, mine);
      return first;
    } finally {
      if (first != null) { // or the key's equals has thrown
        underWay.decrementAndGet();
      }
    }
  }

  private ConcurrentHashMap<Place<K>, Flight<K, T>> table() {
    var there = open;
    return there != null ? there : firstTable();
  }

  private synchronized ConcurrentHashMap<Place<K>, Flight<K, T>> firstTable() {
    var there = open;
    if (there == null) {
      there = new ConcurrentHashMap<>();
      open = there;
    }
    return there;
  }

  /** {@return whether no flight is open, or about to be} */
  public boolean isIdle() {
    return underWay.get() == 0;
  }

  /**
   * The outcome of a flight that was opened too early to join it.
   *
   * @param key the key
   * @param isTooEarly judges the instant at which it was opened
   * @return the outcome, as of {@link #join}; null if there is no such flight
   */
  public @Nullable CompletableFuture<T> openedTooEarly(K key, LongPredicate isTooEarly) {
    var there = open;
    Flight<K, T> flight = there == null ? null : there.get(new Place<>(key));
    return flight != null && isTooEarly.test(flight.openedNanos) ? flight.outcome.copy() : null;
  }

  /**
   * Recalls the flight of a key, if there is one. Call it under the key's lock. Never fails: where the key's {@code
   * hashCode} or {@code equals} does, all flights are recalled, as any may be meant.
   *
   * @param key the key
   */
  public void fence(K key) {
    if (underWay.get() > 0) {
      try {
        table().remove(new Place<>(key));
      } catch (Throwable failure) {
        var all = table();
        all.keySet().forEach(place -> all.remove(place.exactly()));
      }
    }
  }

  /**
   * Recalls the flights of many keys.
   *
   * @param matching which
   */
  public void fenceAll(Predicate<K> matching) {
    var there = open;
    if (there != null) {
      there.keySet().removeIf(place -> matching.test(place.key));
    }
  }

  /** A key with the hash that it had when it was asked for. */
  private static final class Place<K> {
    private final K key;
    private final int hash;

    /** The only one that equals this, without asking the key; null if any with an equal key does. */
    private final @Nullable Place<K> only;

    Place(K key) {
      this.key = key;
      this.hash = key.hashCode();
      this.only = null;
    }

    private Place(Place<K> only) {
      this.key = only.key;
      this.hash = only.hash;
      this.only = only;
    }

    /** {@return what finds this very place} */
    Place<K> exactly() {
      return new Place<>(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (only != null) {
        return other == only;
      }
      return other instanceof Place<?> that && hash == that.hash && key.equals(that.key);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /**
   * A fetch under way.
   *
   * @param <K> type of the key
   * @param <T> what it brings
   */
  public static final class Flight<K, T> {
    private final SingleFlight<K, T> flights;
    private final Place<K> place;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final long openedNanos;

    private Flight(SingleFlight<K, T> flights, Place<K> place) {
      this.flights = flights;
      this.openedNanos = flights.time.nanos();
      this.place = place;
    }

    /** {@return the key that is fetched} */
    public K key() {
      return place.key;
    }

    /**
     * Whether what it brings may be stored. Only an answer under the key's lock holds.
     *
     * @return false once the key was changed
     */
    public boolean isCurrent() {
      return flights.table().get(place.exactly()) == this;
    }

    private void land(@Nullable T value, @Nullable Throwable failure) {
      flights.table().remove(place.exactly(), this);
      boolean first =
          failure != null ? outcome.completeExceptionally(failure) : outcome.complete(value);
      if (first) { // counted off twice, it would hide another flight from those who recall
        flights.underWay.decrementAndGet();
      }
    }
  }
}
