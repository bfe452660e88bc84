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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of one cache, or of one tenant's part of it: its entries in memory, how they are written below, and what it
 * counts. The operations on it are parts of their own, put together by {@code CacheEngine}.
 */
public final class Keyspace<K, V> {
  public final CacheRuntime runtime;
  public final Space space;
  public final MemoryTable<K, V> table;
  public final CacheCounters counters;
  public final ExpiryPolicy<K, V> expiryPolicy;

  /** What other instances change, too; null if there is nothing. */
  public final @Nullable SharedCopies copies;

  /** Of a read that brings neither loader nor options. */
  public final ReadRequest<K, V> plainRequest;

  /** What its loads are known by. */
  public final LoadScope loadScope;

  /** Runs its steps after a tier has answered, and those of asynchronous calls. */
  public final LimitedExecutor steps;

  /** For what user code throws where no caller can be told. */
  public final FailureLog failureLog;

  /** Tells the listener, if there is one. */
  public final @Nullable ListenerDispatcher<K, V> dispatcher;

  private final KeyCodec<K> keys;

  /** How values are written below memory; null if they are not. */
  private final @Nullable ItemFormat<V> format;

  private final EntryWeigher<K, V> weigher;

  /**
   * Makes it.
   *
   * @param components shared with the other key spaces of the cache
   * @param table makes its table
   */
  public Keyspace(
      CacheComponents<K, V> components,
      Space space,
      CacheCounters counters,
      Function<Keyspace<K, V>, MemoryTable<K, V>> table) {
    this.runtime = components.runtime();
    this.space = space;
    this.counters = counters;
    this.steps = new LimitedExecutor(runtime.steps());
    this.failureLog = new FailureLog(space, components.complaints());
    this.keys = components.keys();
    this.format = components.format();
    this.weigher = components.weigher();
    this.expiryPolicy = components.expiryPolicy();
    this.copies = components.copies();
    this.loadScope = new LoadScope(space, steps, components.loaderExecutor());
    this.dispatcher = components.listener() == null
        ? null
        : new ListenerDispatcher<>(components.listener(), this);
    this.plainRequest = components.plainRequest();
    this.table = table.apply(this);
  }

  /** Starts on a thread of the library what may take its time. */
  public <T> CompletableFuture<T> offCaller(Supplier<CompletableFuture<T>> start) {
    runtime.lifecycle().requireOpen();
    if (LoadRunner.onLoaderThread()) {
      return start.get(); // a thread of ours already, and the one that its nested loads must run in
    }
    return CompletableFuture.completedFuture(start)
        .thenComposeAsync(Failures::attempt, steps::executeFirst);
  }

  /**
   * Starts a read. Where memory is the only tier, it runs in the caller's thread: there the user's executor for loaders is
   * called in that thread too, and can hand on what it finds there.
   */
  public <T> CompletableFuture<T> read(Supplier<CompletableFuture<T>> start) {
    runtime.lifecycle().requireOpen();
    return runtime.hasLowerTier() ? offCaller(start) : Failures.attempt(start);
  }

  /**
   * The value in memory, or null; counts as a request only if there is one. An entry that is due, see
   * {@link MemoryEntry#isDue}, is left to {@code StaleEntryHandler}, and a suspect one to {@code TierSearch}.
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

  /** What an entry answers, counted if that is a request. */
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

  /** Whether an entry is within its TTL and its time to idle, and not suspect. */
  public boolean isFresh(MemoryEntry<K, V> entry) {
    return !isSuspect(entry)
        && (!entry.isDue(runtime.time()) || entry.stage(runtime.time().nanos()) == Stage.FRESH);
  }

  /** Whether another instance may have changed what an entry is a copy of. */
  public boolean isSuspect(MemoryEntry<K, V> entry) {
    return copies != null && copies.isSuspect(entry);
  }

  /**
   * The end of a flight that nobody who comes now may join, or null if there is none: it began longer than the staleness
   * bound ago, or another instance was told to have changed the key since.
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

  /** Of what a copy is made that was asked for, or loaded, from this instant on. */
  public CopyStamp stampOf(@Nullable TierKey below, long sinceNanos, Version version) {
    return copies == null || below == null
        ? CopyStamp.ALONE
        : copies.stampOf(below, sinceNanos, version);
  }

  public boolean hasFresh(K key) {
    runtime.lifecycle().requireOpen();
    MemoryEntry<K, V> entry = table.peek(key);
    return entry != null && isFresh(entry);
  }

  public void expire(MemoryEntry<K, V> entry) {
    discard(entry, Event.EXPIRATION);
    runtime.memory().settle();
  }

  /** An entry for memory, weighed. */
  public MemoryEntry<K, V> entry(
      K key, V value, Expiry expiry, Freshness freshness, CopyStamp seen, boolean onDisk) {
    long weight = weigher.weigh(key, value);
    Lifespan span = expiryPolicy.span(expiry, freshness);
    if (span == null && expiry.never()) {
      return copies == null
          ? table.lasting(key, value, weight, onDisk)
          : table.lasting(key, value, weight + HeapSizes.SHARED_BYTES, onDisk, seen);
    }
    runtime.expiryScheduler().start();
    if (span != null) {
      return table.ageing(key, value, weight + HeapSizes.AGEING_BYTES, span, onDisk, seen);
    }
    long deadline = expiry.deadlineNanos();
    return copies == null
        ? table.expiring(key, value, weight, deadline, onDisk)
        : table.expiring(key, value, weight + HeapSizes.SHARED_BYTES, deadline, onDisk, seen);
  }

  /** An entry for memory that says that there is no value. */
  public MemoryEntry<K, V> absence(K key, Expiry expiry, CopyStamp seen) {
    runtime.expiryScheduler().start();
    return table.absence(
        key, weigher.weighAlone(key) + HeapSizes.AGEING_BYTES, expiryPolicy.absence(expiry), seen);
  }

  /**
   * Puts an entry into memory, if its flight is current and nothing fresh is there but perhaps what it
   * is to replace.
   *
   * @param andThen also under the key's lock; if it throws, the entry does not stay
   */
  public boolean store(
      Flight<K, ?> flight,
      MemoryEntry<K, V> entry,
      @Nullable MemoryEntry<K, V> replaced,
      Runnable andThen) {
    boolean stored = runtime.locks().with(entry.key(), () -> {
      if (!mayChange(flight, replaced)) {
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
    runtime.memory().settle();
    return stored;
  }

  /** Puts an entry into memory. Call it under the key's lock. */
  public void put(MemoryEntry<K, V> entry) {
    MemoryEntry<K, V> old = table.put(entry);
    if (old != null) {
      notifyRemoved(old, Cause.REPLACED);
    }
  }

  /** Tells the listener that an entry left memory. Call it under the key's lock. */
  public void notifyRemoved(MemoryEntry<K, V> entry, Cause cause) {
    if (dispatcher != null && runtime.lifecycle().isOpen()) {
      dispatcher.removed(entry, cause);
    }
  }

  /** Whether what a flight brought may change its key in memory. Call it under the key's lock. */
  public boolean mayChange(Flight<K, ?> flight, @Nullable MemoryEntry<K, V> replaced) {
    MemoryEntry<K, V> there = table.peek(flight.key());
    return flight.isCurrent()
        && (there == null || there == replaced || !isFresh(there))
        && runtime.lifecycle().isOpen();
  }

  /**
   * A key as its text.
   *
   * @throws IllegalArgumentException if the key codec returns null
   */
  public String text(K key) {
    String text = keys.encode(key);
    if (text == null) {
      throw new IllegalArgumentException("the key codec " + Failures.text(keys) + " of " + space
          + " returned null for key " + Failures.text(key));
    }
    return text;
  }

  /** A key as the tiers below see it. */
  public TierKey below(K key) {
    return new TierKey(space, Utf8.encode(text(key)));
  }

  /** A key's text, of a key as the tiers below see it. */
  public static String text(byte[] below) {
    return new String(below, UTF_8);
  }

  /**
   * An item for the tiers below.
   *
   * @throws CodecException if the value can't be written
   */
  public Item item(V value, long expiresAtMillis) {
    Item item = format().encode(value, expiresAtMillis);
    counters.add(Event.RAW_BYTE, item.rawBytes());
    counters.add(Event.ENCODED_BYTE, item.payload().length);
    return item;
  }

  /**
   * Warns if the first value of a class can't be written to disk; at once, though only an eviction might
   * write it. It stays in memory all the same: nobody else reads this disk, so its copy may be missing.
   */
  public void warnIfUnwritable(V value) {
    if (runtime.hasDisk() && !runtime.hasRedis()) { // for Redis each value is written at once
      try {
        format().checkFirst(value);
      } catch (Throwable refused) {
        failureLog.log(Kind.UNWRITABLE, refused);
      }
    }
  }

  /**
   * An item for Redis, or null if there is none. Reads leave no trace there: what memory drops when
   * it is idle for too long expires there that long after it was written.
   */
  @Nullable
  public Item itemForRedis(V value, Expiry expiry, Freshness freshness) {
    return runtime.hasRedis()
        ? item(
            value,
            expiry.within(freshness.timeToIdle(), runtime.time()).epochMillis(runtime.time()))
        : null;
  }

  private ItemFormat<V> format() {
    return requireNonNull(format, "nothing is written below memory");
  }

  /** The value of an item, or null if it can't be read, or says that there is none. */
  @Nullable
  public V decode(Item item) {
    V value = null;
    try {
      value = format().decode(item);
    } catch (Throwable failure) { // an Error too is no reason why the read should fail
      failureLog.log(Kind.UNREADABLE, failure);
    }
    if (value == null) {
      counters.add(Event.UNREADABLE);
    }
    return value;
  }

  /** Makes what the disk has of a key absent, unless the key has changed since its flight began. */
  public void forgetOnDisk(Flight<K, ?> flight, TierKey below) {
    var unused = runtime
        .locks()
        .with(flight.key(), () -> flight.isCurrent() ? runtime.disk().remove(below) : null);
  }

  /** Notes that a value could not be written below memory where nobody can be told, and says so once. */
  public void onUnwritable(Throwable failure) {
    counters.add(Event.UNWRITABLE);
    failureLog.log(Kind.UNWRITABLE, failure);
  }

  /** Notes that what was found or loaded could not be stored at all, and says so once. */
  public void onUnstored(Throwable failure) {
    counters.add(Event.UNWRITABLE);
    failureLog.log(Kind.UNSTORED, failure);
  }

  /** Takes an entry out of memory, and counts why, unless it is no longer there. */
  public void discard(MemoryEntry<K, V> entry, Event why) {
    boolean was = dispatcher == null ? table.discard(entry) : take(entry, Cause.EVICTED);
    if (was) {
      counters.add(why);
    }
  }

  /**
   * Takes an entry out of memory, if it is there, under its key's lock. Where the key can't say which lock that is, without:
   * then its listener may be told out of order, but the entry is gone.
   */
  public boolean take(MemoryEntry<K, V> entry, Cause cause) {
    try {
      return runtime.locks().with(entry.key(), () -> discard(entry, cause));
    } catch (Throwable failure) {
      failureLog.log(Kind.DROPPED, failure);
      return discard(entry, cause);
    }
  }

  /** Takes an entry out of memory, if it is there. Call it under the key's lock. */
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
