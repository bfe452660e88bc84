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
 * <p>A flight is also a fence. A change of a key fences the key's flight: later callers start another flight. The
 * fenced flight may have read the value from before the change. It finds that it is no longer current, and must not
 * store its result.
 *
 * <pre>
 *   get(k) opens flight 1, reads v1 from Redis | put(k, v2) stores v2, fences flight 1
 *   flight 1 lands: not current, v1 goes to its own callers and nowhere else
 * </pre>
 *
 * <p>A flight keeps the hash that its key had when the flight was opened, and it is removed by its identity. So no
 * flight stays open if the key's {@code hashCode} or {@code equals} throws, or if its hash changes.
 *
 * @param <K> type of the keys
 * @param <T> the result of a flight
 */
public final class SingleFlight<K, T> {
  /** The open flights. Null until the first one: most tenants never have a flight of some kinds. */
  private volatile @Nullable ConcurrentHashMap<Place<K>, Flight<K, T>> open;

  /**
   * The number of open flights, or more: it is incremented before a flight is opened, and decremented after it has
   * landed. A put must fence flights, but most of the time there are none: then this count shows that it need not
   * search the map. The map's own size may be too low for a moment.
   */
  private final AtomicInteger underWay = new AtomicInteger();

  private final TimeSource time;

  /**
   * Creates it, with no flight open.
   *
   * @param time the clock for the instants at which flights are opened
   */
  public SingleFlight(TimeSource time) {
    this.time = requireNonNull(time, "time");
  }

  /**
   * Joins the flight of a key, or opens one.
   *
   * @param key the key
   * @param fetch starts the fetch if this caller is the first; runs in the caller's thread
   * @return the outcome, in a future of the caller's own: cancelling it has no effect on other callers
   */
  public CompletableFuture<T> join(K key, Function<Flight<K, T>, CompletableFuture<T>> fetch) {
    return joined(key, fetch).outcome();
  }

  /**
   * As {@link #join}.
   *
   * @return the flight that was joined or opened
   */
  public Flight<K, T> joined(K key, Function<Flight<K, T>, CompletableFuture<T>> fetch) {
    var mine = new Flight<>(this, new Place<>(key));
    Flight<K, T> first = opened(mine);
    return first != null ? first : begun(mine, fetch);
  }

  /**
   * Opens a flight although one may be open: that one is fenced. Callers that come later may join the new flight, but
   * {@link Flight#isAnew} tells them that it answers nothing that was there before.
   *
   * @param key the key
   * @param fetch starts the fetch; runs in the caller's thread
   */
  public Flight<K, T> openedAnew(K key, Function<Flight<K, T>, CompletableFuture<T>> fetch) {
    var mine = new Flight<>(this, new Place<>(key));
    mine.anew = true;
    do {
      Flight<K, T> there = current(key);
      mine.afterAnew |= there != null && there.anew;
      fence(key);
    } while (opened(mine) != null);
    return begun(mine, fetch);
  }

  private Flight<K, T> begun(
      Flight<K, T> mine, Function<Flight<K, T>, CompletableFuture<T>> fetch) {
    try {
      var unused = fetch.apply(mine).whenComplete(mine::land);
    } catch (Throwable failure) { // even an Error must reach the waiting callers
      mine.land(null, failure);
    }
    return mine;
  }

  /** Opens a flight and returns null, or returns the flight that is already open. */
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

  /** {@return whether no flight is open, or about to be opened} */
  public boolean isIdle() {
    return underWay.get() == 0;
  }

  /**
   * The outcome of a flight that was opened too early for a new caller to join it.
   *
   * @param key the key
   * @param isTooEarly tests the instant at which it was opened
   * @return the outcome, as of {@link #join}; null if there is no such flight
   */
  public @Nullable CompletableFuture<T> openedTooEarly(K key, LongPredicate isTooEarly) {
    Flight<K, T> flight = current(key);
    return flight != null && isTooEarly.test(flight.openedNanos) ? flight.outcome() : null;
  }

  /** The open flight of a key, or null. */
  public @Nullable Flight<K, T> current(K key) {
    var there = open;
    return there == null ? null : there.get(new Place<>(key));
  }

  /**
   * Fences the flight of a key, if there is one: it is no longer current. Call it under the key's lock. Never fails.
   * If the key's {@code hashCode} or {@code equals} throws, all flights are fenced, because each of them may be of
   * this key.
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
   * Fences the flights of many keys.
   *
   * @param matching selects the keys
   */
  public void fenceAll(Predicate<K> matching) {
    var there = open;
    if (there != null) {
      there.keySet().removeIf(place -> matching.test(place.key));
    }
  }

  /** A key with the hash that it had when this object was made. */
  private static final class Place<K> {
    private final K key;
    private final int hash;

    /**
     * If set, only this object is equal, and the key is not asked. If null, each place with an equal key is equal.
     */
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

    /** {@return a place that is equal to this object only} */
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
   * A running fetch.
   *
   * @param <K> type of the key
   * @param <T> its result
   */
  public static final class Flight<K, T> {
    private final SingleFlight<K, T> flights;
    private final Place<K> place;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final CompletableFuture<@Nullable T> searched = new CompletableFuture<>();
    private final long openedNanos;

    /** Set before others can see the flight. */
    private boolean anew;

    /** Set before others can see the flight. */
    private boolean afterAnew;

    private Flight(SingleFlight<K, T> flights, Place<K> place) {
      this.flights = flights;
      this.openedNanos = flights.time.nanos();
      this.place = place;
    }

    /** {@return the key that is fetched} */
    public K key() {
      return place.key;
    }

    /** {@return the outcome, in a future of the caller's own: cancelling it has no effect on other callers} */
    public CompletableFuture<T> outcome() {
      return outcome.copy();
    }

    /** {@return whether it was opened by {@link SingleFlight#openedAnew}} */
    public boolean isAnew() {
      return anew;
    }

    /** {@return whether it has fenced a flight that was opened by {@link SingleFlight#openedAnew}, too} */
    public boolean isAfterAnew() {
      return afterAnew;
    }

    /**
     * The end of the first part of a flight that has two: it searches, and then it loads if it has found nothing.
     * Completes with what the search has found, or with null. Never fails, and completes before {@link #outcome}.
     */
    public CompletableFuture<@Nullable T> searched() {
      return searched;
    }

    /**
     * Whether the result may be stored. The answer is reliable only under the key's lock.
     *
     * @return false once the key was changed
     */
    public boolean isCurrent() {
      return flights.table().get(place.exactly()) == this;
    }

    private void land(@Nullable T value, @Nullable Throwable failure) {
      flights.table().remove(place.exactly(), this);
      searched.complete(null); // if it has no two parts, or has failed in the first
      boolean first =
          failure != null ? outcome.completeExceptionally(failure) : outcome.complete(value);
      if (first) { // a second decrement would hide another flight from fence()
        flights.underWay.decrementAndGet();
      }
    }
  }
}
