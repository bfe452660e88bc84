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
  public final CacheRuntime machinery;
  public final Space space;
  public final MemoryTable<K, V> table;
  public final CacheCounters counters;
  public final ExpiryPolicy<K, V> lifetimes;

  /** What other instances change, too; null if there is nothing. */
  public final @Nullable SharedCopies sharing;

  /** Of a read that brings neither loader nor options. */
  public final ReadRequest<K, V> plainRequest;

  /** What its loads are known by. */
  public final LoadScope loadScope;

  /** Runs its steps after a tier has answered, and those of asynchronous calls. */
  public final LimitedExecutor steps;

  /** For what user code throws where no caller can be told. */
  public final FailureLog complaints;

  /** Tells the listener, if there is one. */
  public final @Nullable ListenerDispatcher<K, V> announcer;

  private final KeyCodec<K> keys;

  /** How values are written below memory; null if they are not. */
  private final @Nullable ItemFormat<V> format;

  private final EntryWeigher<K, V> sizer;

  /**
   * Makes it.
   *
   * @param parts shared with the other key spaces of the cache
   * @param table makes its table
   */
  public Keyspace(
      CacheComponents<K, V> parts,
      Space space,
      CacheCounters counters,
      Function<Keyspace<K, V>, MemoryTable<K, V>> table) {
    this.machinery = parts.machinery();
    this.space = space;
    this.counters = counters;
    this.steps = new LimitedExecutor(machinery.steps());
    this.complaints = new FailureLog(space, parts.complaints());
    this.keys = parts.keys();
    this.format = parts.format();
    this.sizer = parts.sizer();
    this.lifetimes = parts.lifetimes();
    this.sharing = parts.sharing();
    this.loadScope = new LoadScope(space, steps, parts.loaderExecutor());
    this.announcer =
        parts.listener() == null ? null : new ListenerDispatcher<>(parts.listener(), this);
    this.plainRequest = parts.plainRequest();
    this.table = table.apply(this);
  }

  /** Starts on a thread of the library what may take its time. */
  public <T> CompletableFuture<T> offCaller(Supplier<CompletableFuture<T>> start) {
    machinery.lifecycle().requireOpen();
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
    machinery.lifecycle().requireOpen();
    return machinery.hasLowerTier() ? offCaller(start) : Failures.attempt(start);
  }

  /**
   * The value in memory, or null; counts as a request only if there is one. An entry that is due, see
   * {@link MemoryEntry#isDue}, is left to {@code StaleEntryHandler}, and a suspect one to {@code TierSearch}.
   */
  @Nullable
  public V hit(K key) {
    machinery.lifecycle().requireOpen();
    MemoryEntry<K, V> entry = table.peek(key);
    if (entry == null || entry.isDue(machinery.time()) || isSuspect(entry)) {
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
    return Answers.inMemory(entry, state, machinery.time().nanos());
  }

  /** Whether an entry is within its TTL and its time to idle, and not suspect. */
  public boolean isFresh(MemoryEntry<K, V> entry) {
    return !isSuspect(entry)
        && (!entry.isDue(machinery.time()) || entry.stage(machinery.time().nanos()) == Stage.FRESH);
  }

  /** Whether another instance may have changed what an entry is a copy of. */
  public boolean isSuspect(MemoryEntry<K, V> entry) {
    return sharing != null && sharing.isSuspect(entry);
  }

  /**
   * The end of a flight that nobody who comes now may join, or null if there is none: it began longer than the staleness
   * bound ago, or another instance was told to have changed the key since.
   */
  @Nullable
  public CompletableFuture<?> begunTooEarly(SingleFlight<K, ?> flights, K key) {
    return sharing == null
        ? null
        : flights.openedTooEarly(key, opened -> isTooEarly(sharing.trust(), key, opened));
  }

  private boolean isTooEarly(CopyValidity trust, K key, long openedNanos) {
    return machinery.time().nanos() - openedNanos > trust.boundNanos()
        || trust.isOutdated(CopyValidity.stripe(below(key)), openedNanos);
  }

  /** Of what a copy is made that was asked for, or loaded, from this instant on. */
  public CopyStamp seen(@Nullable TierKey below, long sinceNanos, Version version) {
    return sharing == null || below == null
        ? CopyStamp.ALONE
        : sharing.seen(below, sinceNanos, version);
  }

  public boolean hasFresh(K key) {
    machinery.lifecycle().requireOpen();
    MemoryEntry<K, V> entry = table.peek(key);
    return entry != null && isFresh(entry);
  }

  public void expire(MemoryEntry<K, V> entry) {
    discard(entry, Event.EXPIRATION);
    machinery.memory().settle();
  }

  /** An entry for memory, weighed. */
  public MemoryEntry<K, V> entry(
      K key, V value, Expiry expiry, Freshness freshness, CopyStamp seen, boolean onDisk) {
    long weight = sizer.weigh(key, value);
    Lifespan span = lifetimes.span(expiry, freshness);
    if (span == null && expiry.never()) {
      return sharing == null
          ? table.lasting(key, value, weight, onDisk)
          : table.lasting(key, value, weight + HeapSizes.SHARED_BYTES, onDisk, seen);
    }
    machinery.keeper().start();
    if (span != null) {
      return table.ageing(key, value, weight + HeapSizes.AGEING_BYTES, span, onDisk, seen);
    }
    long deadline = expiry.deadlineNanos();
    return sharing == null
        ? table.expiring(key, value, weight, deadline, onDisk)
        : table.expiring(key, value, weight + HeapSizes.SHARED_BYTES, deadline, onDisk, seen);
  }

  /** An entry for memory that says that there is no value. */
  public MemoryEntry<K, V> absence(K key, Expiry expiry, CopyStamp seen) {
    machinery.keeper().start();
    return table.absence(
        key, sizer.weighAlone(key) + HeapSizes.AGEING_BYTES, lifetimes.absence(expiry), seen);
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
    boolean stored = machinery.locks().with(entry.key(), () -> {
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
    machinery.memory().settle();
    return stored;
  }

  /** Puts an entry into memory. Call it under the key's lock. */
  public void put(MemoryEntry<K, V> entry) {
    MemoryEntry<K, V> old = table.put(entry);
    if (old != null) {
      left(old, Cause.REPLACED);
    }
  }

  /** Tells the listener that an entry left memory. Call it under the key's lock. */
  public void left(MemoryEntry<K, V> entry, Cause cause) {
    if (announcer != null && machinery.lifecycle().isOpen()) {
      announcer.removed(entry, cause);
    }
  }

  /** Whether what a flight brought may change its key in memory. Call it under the key's lock. */
  public boolean mayChange(Flight<K, ?> flight, @Nullable MemoryEntry<K, V> replaced) {
    MemoryEntry<K, V> there = table.peek(flight.key());
    return flight.isCurrent()
        && (there == null || there == replaced || !isFresh(there))
        && machinery.lifecycle().isOpen();
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
    if (machinery.hasDisk() && !machinery.hasRedis()) { // for Redis each value is written at once
      try {
        format().checkFirst(value);
      } catch (Throwable refused) {
        complaints.say(Kind.UNWRITABLE, refused);
      }
    }
  }

  /**
   * An item for Redis, or null if there is none. Reads leave no trace there: what memory drops when
   * it is idle for too long expires there that long after it was written.
   */
  @Nullable
  public Item itemForRedis(V value, Expiry expiry, Freshness freshness) {
    return machinery.hasRedis()
        ? item(
            value,
            expiry.within(freshness.timeToIdle(), machinery.time()).epochMillis(machinery.time()))
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
      complaints.say(Kind.UNREADABLE, failure);
    }
    if (value == null) {
      counters.add(Event.UNREADABLE);
    }
    return value;
  }

  /** Makes what the disk has of a key absent, unless the key has changed since its flight began. */
  public void forgetOnDisk(Flight<K, ?> flight, TierKey below) {
    var unused = machinery
        .locks()
        .with(flight.key(), () -> flight.isCurrent() ? machinery.disk().remove(below) : null);
  }

  /** Notes that a value could not be written below memory where nobody can be told, and says so once. */
  public void unwritable(Throwable failure) {
    counters.add(Event.UNWRITABLE);
    complaints.say(Kind.UNWRITABLE, failure);
  }

  /** Notes that what was found or loaded could not be stored at all, and says so once. */
  public void unstored(Throwable failure) {
    counters.add(Event.UNWRITABLE);
    complaints.say(Kind.UNSTORED, failure);
  }

  /** Takes an entry out of memory, and counts why, unless it is no longer there. */
  public void discard(MemoryEntry<K, V> entry, Event why) {
    boolean was = announcer == null ? table.discard(entry) : take(entry, Cause.EVICTED);
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
      return machinery.locks().with(entry.key(), () -> discard(entry, cause));
    } catch (Throwable failure) {
      complaints.say(Kind.DROPPED, failure);
      return discard(entry, cause);
    }
  }

  /** Takes an entry out of memory, if it is there. Call it under the key's lock. */
  public boolean discard(MemoryEntry<K, V> entry, Cause cause) {
    boolean was = table.discard(entry);
    if (was) {
      left(entry, cause);
    }
    return was;
  }

  public CacheStats stats() {
    return counters.snapshot(table.size());
  }
}
