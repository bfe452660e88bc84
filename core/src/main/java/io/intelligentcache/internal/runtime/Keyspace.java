package io.intelligentcache.internal.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.Found;
import io.intelligentcache.Found.State;
import io.intelligentcache.Freshness;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.base.Utf8;
import io.intelligentcache.internal.codec.ItemFormat;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.concurrent.LimitedExecutor;
import io.intelligentcache.internal.concurrent.Ongoing;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.internal.load.LoadScope;
import io.intelligentcache.internal.memory.CopyStamp;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.internal.memory.Lifespan;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.runtime.FailureLog.Kind;
import io.intelligentcache.internal.stats.CacheCounters;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.internal.time.Expiry;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of one cache or of one tenant: its entries in memory, how keys and values are encoded for the lower
 * tiers, and its counters. The operations on it are classes of their own, which {@code CacheEngine} puts together.
 */
public final class Keyspace<K, V> {
  private static final byte[] NO_TEXT = {};

  public final CacheRuntime runtime;
  public final Space space;
  public final MemoryTable<K, V> table;
  public final CacheCounters counters;
  public final ExpiryPolicy<K, V> expiryPolicy;

  /** The tier shared with other instances, and the validity of its copies; null if no tier is shared. */
  public final @Nullable SharedCopies copies;

  /** The request of a read that passes neither a loader nor options. */
  public final ReadRequest<K, V> plainRequest;

  /** The request of a read that never loads. */
  public final ReadRequest<K, V> withoutLoader;

  /** The sweeps that are running. One begins before it checks that this is open. */
  public final Ongoing sweeps = new Ongoing();

  /** Identifies the loads of this key space. */
  public final LoadScope loadScope;

  /** Runs the steps that follow the answer of a tier, and the steps of asynchronous calls. */
  public final LimitedExecutor steps;

  /** Logs what user code throws where no caller can receive it. */
  public final FailureLog failureLog;

  /** Notifies the listener; null if there is none. */
  public final @Nullable ListenerDispatcher<K, V> dispatcher;

  /** How keys are written as text; null if they have no text. */
  private final @Nullable KeyCodec<K> keys;

  /** How values are encoded for the lower tiers; null if they are not written there. */
  private final @Nullable ItemFormat<V> format;

  private final EntryWeigher<K, V> weigher;

  /** Whether this cache or tenant was closed. Its manager may still be open. */
  private volatile boolean closed;

  /**
   * Creates an empty key space.
   *
   * @param components shared with the other key spaces of the cache
   * @param table creates its table
   */
  public Keyspace(
      CacheComponents<K, V> components,
      Space space,
      CacheCounters counters,
      Function<Keyspace<K, V>, MemoryTable<K, V>> table) {
    this.runtime = components.runtime();
    this.space = space;
    this.counters = counters;
    this.steps = new LimitedExecutor(runtime.threads().steps());
    this.failureLog = new FailureLog(space, components.complaints());
    this.keys = components.keys();
    this.format = components.format();
    this.weigher = components.weigher();
    this.expiryPolicy = components.expiryPolicy();
    this.copies = components.copies();
    this.loadScope = new LoadScope(space, steps, components.spec().loaderExecutor());
    var listener = components.spec().listener();
    this.dispatcher = listener == null ? null : new ListenerDispatcher<>(listener, this);
    this.plainRequest = components.plainRequest();
    this.withoutLoader = components.withoutLoader();
    this.table = table.apply(this);
  }

  /** Whether this cache or tenant and its manager are open. */
  public boolean isOpen() {
    return !closed && runtime.lifecycle().isOpen();
  }

  /**
   * Refuses an operation on a cache or tenant that is closed.
   *
   * @throws IllegalStateException if it is closed, or its manager is
   */
  public void requireOpen() {
    runtime.lifecycle().requireOpen();
    if (closed) {
      throw closed(space);
    }
  }

  /** The failure of an operation on a cache or tenant that is closed. */
  public static IllegalStateException closed(Space space) {
    return new IllegalStateException(
        (space.tenant().isEmpty() ? "" : "tenant \"" + space.tenant() + "\" of ") + "cache "
            + space.cache() + " is closed; get it from its manager again");
  }

  /**
   * Refuses all later operations. Changes that have passed {@link #requireOpen} under their key's lock may still be
   * running.
   */
  public void close() {
    closed = true;
  }

  /**
   * Starts an operation that may take long on a step thread, not in the thread of the caller. On a loader thread, or
   * if very many calls wait for a step thread, it starts at once in the calling thread.
   */
  public <T> CompletableFuture<T> offCaller(Supplier<CompletableFuture<T>> start) {
    requireOpen();
    if (LoadRunner.onLoaderThread()) {
      return start.get(); // already a library thread: nested loads must run in it
    }
    return CompletableFuture.completedFuture(start)
        .thenComposeAsync(Failures::attempt, steps::executeFirst);
  }

  /**
   * Starts a read. If memory is the only tier, the read runs in the caller's thread. Then the user's executor for
   * loaders is called in that thread too, and can pass on what is bound to that thread.
   */
  public <T> CompletableFuture<T> read(Supplier<CompletableFuture<T>> start) {
    requireOpen();
    return runtime.tiers().hasLower() ? offCaller(start) : Failures.attempt(start);
  }

  /**
   * Returns the value in memory, or null. Only a hit is counted as a request. For an entry that is due (see {@link
   * MemoryEntry#isDue}) the answer is null: {@code StaleEntryHandler} decides about it. The answer is null for a
   * suspect entry too: {@code TierSearch} asks Redis about it. When this key space was closed, it is empty, so a hit
   * need not check that: the answer is null, and the next step of the read throws.
   */
  @Nullable
  public V hit(K key) {
    runtime.lifecycle().requireOpen();
    MemoryEntry<K, V> entry = table.peek(key);
    if (entry == null || entry.isDue(runtime.time()) || isSuspect(entry)) {
      return null;
    }
    table.touch(entry);
    counters.memoryHit();
    return entry.value();
  }

  /** The answer from an entry in memory. It is counted if it answers a request. */
  public Found<V> answer(MemoryEntry<K, V> entry, State state, ReadRequest<K, V> request) {
    if (request.counts()) {
      table.touch(entry);
      counters.memoryHit();
      if (state == State.KNOWN_ABSENT) {
        counters.add(Event.KNOWN_ABSENT);
      } else if (state.isStale()) {
        counters.add(Event.STALE);
      }
    }
    return Answers.inMemory(entry, state, runtime.time().nanos());
  }

  /** Counts an answer that a tier gave to a request. */
  public void count(Found<V> found, boolean hasLoader) {
    if (found.state() == State.KNOWN_ABSENT) {
      counters.add(Event.KNOWN_ABSENT);
    }
    switch (found.origin()) {
      case DISK -> counters.add(Event.DISK_HIT);
      case REDIS -> counters.add(Event.REDIS_HIT);
      case NOBODY -> {
        if (!hasLoader) {
          counters.add(Event.ABSENT);
        }
      }
      case MEMORY -> counters.memoryHit(); // a suspect entry that may be answered
      case LOADER -> {} // counted by the load
    }
  }

  /** Whether an entry is within its TTL and its time to idle, and not suspect. */
  public boolean isFresh(MemoryEntry<K, V> entry) {
    return !isSuspect(entry)
        && (!entry.isDue(runtime.time()) || entry.stage(runtime.time().nanos()) == Stage.FRESH);
  }

  /** Whether another instance may have changed the value that this entry is a copy of. */
  public boolean isSuspect(MemoryEntry<K, V> entry) {
    return copies != null && copies.isSuspect(entry);
  }

  /**
   * The outcome of a running flight that a new caller must not join, or null if there is none. Such a flight began
   * longer ago than the staleness bound, or a change of the key was reported after it began.
   */
  @Nullable
  public CompletableFuture<?> begunTooEarly(SingleFlight<K, ?> flights, K key) {
    return copies == null
        ? null
        : flights.openedTooEarly(key, opened -> isTooEarly(copies.validity(), key, opened));
  }

  private boolean isTooEarly(CopyValidity validity, K key, long openedNanos) {
    return runtime.time().nanos() - openedNanos > validity.boundNanos()
        || validity.isOutdated(CopyValidity.stripe(below(key)), openedNanos);
  }

  /** The stamp of a copy whose request or load began at the given instant. */
  public CopyStamp stampOf(@Nullable TierKey below, long sinceNanos, Version version) {
    return copies == null || below == null
        ? CopyStamp.ALONE
        : copies.stampOf(below, sinceNanos, version);
  }

  public boolean hasFresh(K key) {
    requireOpen();
    MemoryEntry<K, V> entry = table.peek(key);
    return entry != null && isFresh(entry);
  }

  public void expire(MemoryEntry<K, V> entry) {
    discard(entry, Event.EXPIRATION);
    runtime.tiers().memory().settle();
  }

  /** Creates an entry for memory, and weighs it. */
  public MemoryEntry<K, V> entry(
      K key, V value, Expiry expiry, Freshness freshness, CopyStamp seen, boolean onDisk) {
    long weight = weigher.weigh(key, value);
    Lifespan span = expiryPolicy.span(expiry, freshness);
    if (span == null && expiry.never()) {
      return copies == null
          ? table.lasting(key, value, weight, onDisk)
          : table.lasting(key, value, weight + HeapSizes.SHARED_BYTES, onDisk, seen);
    }
    runtime.expiryWork().start();
    if (span != null) {
      return table.ageing(key, value, weight + HeapSizes.AGEING_BYTES, span, onDisk, seen);
    }
    long deadline = expiry.deadlineNanos();
    return copies == null
        ? table.expiring(key, value, weight, deadline, onDisk)
        : table.expiring(key, value, weight + HeapSizes.SHARED_BYTES, deadline, onDisk, seen);
  }

  /** Creates an entry for memory that records that the key has no value. */
  public MemoryEntry<K, V> absence(K key, Expiry expiry, CopyStamp seen) {
    runtime.expiryWork().start();
    return table.absence(
        key, weigher.weighAlone(key) + HeapSizes.AGEING_BYTES, expiryPolicy.absence(expiry), seen);
  }

  /**
   * Puts an entry into memory, if its flight is current and memory has no fresh entry of the key, or one that may be
   * replaced.
   *
   * @param andThen runs under the key's lock after the put; if it throws, the entry is removed again
   */
  public boolean store(
      Flight<K, ?> flight,
      MemoryEntry<K, V> entry,
      Predicate<MemoryEntry<K, V>> mayReplace,
      Runnable andThen) {
    boolean stored = runtime.locks().with(entry.key(), () -> {
      if (!mayChange(flight, mayReplace)) {
        return false;
      }
      put(entry);
      try {
        andThen.run();
      } catch (Throwable failure) {
        boolean unused = discard(entry, Cause.EVICTED);
        throw failure;
      }
      return true;
    });
    runtime.tiers().memory().settle();
    return stored;
  }

  /** Puts an entry into memory. Call it under the key's lock. */
  public void put(MemoryEntry<K, V> entry) {
    MemoryEntry<K, V> old = table.put(entry);
    if (old != null) {
      notifyRemoved(old, Cause.REPLACED);
    }
  }

  /** Notifies the listener that an entry was removed from memory. Call it under the key's lock. */
  public void notifyRemoved(MemoryEntry<K, V> entry, Cause cause) {
    if (dispatcher != null && isOpen()) {
      dispatcher.removed(entry, cause);
    }
  }

  /**
   * Whether the result of a flight may change its key in memory. Call it under the key's lock.
   *
   * @param mayReplace whether a fresh entry may be replaced
   */
  public boolean mayChange(Flight<K, ?> flight, Predicate<MemoryEntry<K, V>> mayReplace) {
    MemoryEntry<K, V> there = table.peek(flight.key());
    return flight.isCurrent()
        && (there == null || !isFresh(there) || mayReplace.test(there))
        && isOpen();
  }

  /**
   * The text of a key.
   *
   * @throws IllegalArgumentException if the key codec returns null
   */
  public String text(K key) {
    KeyCodec<K> codec = requireTexts();
    String text = codec.encode(key);
    if (text == null) {
      throw new IllegalArgumentException("the key codec " + Failures.text(codec) + " of " + space
          + " returned null for key " + Failures.text(key));
    }
    return text;
  }

  /**
   * The codec that writes keys as text.
   *
   * @throws UnsupportedOperationException if there is none: the cache uses memory only
   */
  public KeyCodec<K> requireTexts() {
    if (keys == null) {
      throw new UnsupportedOperationException("the keys of cache " + space.cache()
          + " have no text, neither for patterns nor for files: set CacheSpec.keyCodec");
    }
    return keys;
  }

  /** A key as the lower tiers store it. Keys without a text all look alike, because no tier stores them. */
  public TierKey below(K key) {
    return new TierKey(space, keys == null ? NO_TEXT : Utf8.encode(text(key)));
  }

  /** The key of which the lower tiers store these bytes; null if they can't be decoded. */
  @Nullable
  K key(byte[] below) {
    try {
      return requireTexts().decode(text(below));
    } catch (Throwable failure) { // user code: even an Error must not end a listing
      failureLog.log(Kind.UNLISTED, failure);
      return null;
    }
  }

  /** The text of a key as the lower tiers store it. */
  public static String text(byte[] below) {
    return new String(below, UTF_8);
  }

  /**
   * Encodes a value for the lower tiers.
   *
   * @throws CodecException if the value can't be encoded
   */
  public Item item(V value, long expiresAtMillis) {
    Item item = format().encode(value, expiresAtMillis);
    counters.add(Event.RAW_BYTE, item.rawBytes());
    counters.add(Event.ENCODED_BYTE, item.payload().length);
    return item;
  }

  /**
   * Logs a warning if the first value of a class can't be encoded for the disk tier. The warning comes at once,
   * although the value would be written to disk only later. The value stays in memory: no other instance reads this
   * disk, so its copy may be missing.
   */
  public void warnIfUnwritable(V value) {
    if (runtime.tiers().hasDisk()
        && !runtime.tiers().hasRedis()) { // a value for Redis is encoded at once
      try {
        format().checkFirst(value);
      } catch (Throwable refused) {
        failureLog.log(Kind.UNWRITABLE, refused);
      }
    }
  }

  /**
   * Encodes a value for Redis; null if there is no Redis. Redis does not see the reads of an entry in memory. So an
   * entry with a time to idle expires in Redis that long after it was written.
   */
  @Nullable
  public Item itemForRedis(V value, Expiry expiry, Freshness freshness) {
    return runtime.tiers().hasRedis()
        ? item(
            value,
            expiry.within(freshness.timeToIdle(), runtime.time()).epochMillis(runtime.time()))
        : null;
  }

  private ItemFormat<V> format() {
    return requireNonNull(format, "nothing is written below memory");
  }

  /** Decodes the value of an item. Returns null if it can't be decoded, or if the item records an absence. */
  @Nullable
  public V decode(Item item) {
    V value = null;
    try {
      value = format().decode(item);
    } catch (Throwable failure) { // even an Error must not fail the read
      failureLog.log(Kind.UNREADABLE, failure);
    }
    if (value == null) {
      counters.add(Event.UNREADABLE);
    }
    return value;
  }

  /** Removes a key from disk, unless the key has changed since its flight began. */
  public void forgetOnDisk(Flight<K, ?> flight, TierKey below) {
    var unused = runtime
        .locks()
        .with(flight.key(), () -> flight.isCurrent() ? runtime.tiers().disk().remove(below) : null);
  }

  /**
   * Counts a value that could not be encoded for a lower tier where no caller can receive the failure. Logs the first
   * case.
   */
  public void onUnwritable(Throwable failure) {
    counters.add(Event.UNWRITABLE);
    failureLog.log(Kind.UNWRITABLE, failure);
  }

  /** Counts a value that was found or loaded but could not be stored at all. Logs the first case. */
  public void onUnstored(Throwable failure) {
    counters.add(Event.UNWRITABLE);
    failureLog.log(Kind.UNSTORED, failure);
  }

  /** Removes an entry from memory, if it is still there, and counts the reason. */
  public void discard(MemoryEntry<K, V> entry, Event why) {
    boolean was = dispatcher == null ? table.discard(entry) : take(entry, Cause.EVICTED);
    if (was) {
      counters.add(why);
    }
  }

  /**
   * Removes an entry from memory, if it is there, under its key's lock. If the key's {@code hashCode} throws, its
   * lock is unknown. Then the entry is removed without the lock, and the listener may be notified out of order.
   */
  public boolean take(MemoryEntry<K, V> entry, Cause cause) {
    try {
      return runtime.locks().with(entry.key(), () -> discard(entry, cause));
    } catch (Throwable failure) {
      failureLog.log(Kind.DROPPED, failure);
      return discard(entry, cause);
    }
  }

  /** Removes an entry from memory, if it is there. Call it under the key's lock. */
  public boolean discard(MemoryEntry<K, V> entry, Cause cause) {
    boolean was = table.discard(entry);
    if (was) {
      notifyRemoved(entry, cause);
    }
    return was;
  }

  public CacheStats stats() {
    return counters.snapshot(table.size());
  }
}
