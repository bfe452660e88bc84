package io.intelligentcache.tier;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.completedFuture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A tier in a map, for tests that need to hold an answer back or have it refused at a given moment.
 * It passes the same contract as the real ones, which stand beside it in the tests.
 */
public final class HeapTier implements Tier {
  private final Map<TierKey, Item> items = new HashMap<>();
  private final List<Runnable> heldBack = new ArrayList<>();
  private final TimeSource time;
  private boolean holding;
  private @Nullable Reason refusal;
  private boolean closed;
  private long reads;
  private long writes;
  private long hits;
  private long misses;
  private long removals;
  private long lists;

  public HeapTier(TimeSource time) {
    this.time = time;
  }

  /** From here on, answers to reads are what is there at the call, but come at {@link #release}. */
  public synchronized void holdReads() {
    holding = true;
  }

  /** Gives the answers that were held back. */
  public void release() {
    List<Runnable> answers;
    synchronized (this) {
      holding = false;
      answers = List.copyOf(heldBack);
      heldBack.clear();
    }
    answers.forEach(Runnable::run);
  }

  /** From here on everything is refused; null ends it. A refused write forgets what was there. */
  public synchronized void refuse(@Nullable Reason why) {
    refusal = why;
  }

  /** How many items were asked for. */
  public synchronized long reads() {
    return reads;
  }

  /** How many pages were asked for. */
  public synchronized long lists() {
    return lists;
  }

  /** How many items were stored. */
  public synchronized long writes() {
    return writes;
  }

  /** What is stored under a key, whatever is refused or held back. */
  public synchronized @Nullable Item stored(TierKey key) {
    return items.get(key);
  }

  /** Stores behind everybody's back, as another instance would. */
  public synchronized void plant(TierKey key, Item item) {
    items.put(key, item);
  }

  @Override
  public String name() {
    return "heap";
  }

  @Override
  public CompletableFuture<Lookup> get(TierKey key) {
    return getAll(List.of(key)).thenApply(answers -> answers.get(0));
  }

  @Override
  public synchronized CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    reads += keys.size();
    List<Lookup> answers = keys.stream().map(this::look).toList();
    if (!holding) {
      return completedFuture(answers);
    }
    var later = new CompletableFuture<List<Lookup>>();
    heldBack.add(() -> later.complete(answers));
    return later;
  }

  private Lookup look(TierKey key) {
    Reason why = why();
    if (why != null) {
      return new Lookup.Refused(why);
    }
    Item item = items.get(key);
    if (item == null || item.expired(time.epochMillis())) {
      misses++;
      return Lookup.MISS;
    }
    hits++;
    return new Lookup.Hit(item);
  }

  @Override
  public synchronized boolean mayContain(TierKey key) {
    return items.containsKey(requireNonNull(key));
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    return putAll(List.of(new Entry(requireNonNull(key), requireNonNull(item))))
        .thenApply(answers -> answers.get(0));
  }

  @Override
  public synchronized CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
    return each(entries, entry -> {
      items.remove(entry.key());
      if (why() == null && entry.item().payload().length <= TOO_LARGE) {
        items.put(entry.key(), entry.item());
        writes++;
        return Outcome.DONE;
      }
      Reason why = why();
      return new Outcome.Refused(why == null ? Reason.TOO_LARGE : why);
    });
  }

  @Override
  public CompletableFuture<Outcome> remove(TierKey key) {
    return removeAll(List.of(key)).thenApply(answers -> answers.get(0));
  }

  @Override
  public synchronized CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
    return each(keys, key -> {
      if (items.remove(key) != null) {
        removals++;
      }
      return done(0);
    });
  }

  @Override
  public synchronized CompletableFuture<Outcome> removeMatching(
      Space space, Predicate<byte[]> matching) {
    requireNonNull(space);
    requireNonNull(matching);
    long before = items.size();
    try {
      items.keySet().removeIf(key -> key.space().equals(space) && matching.test(key.bytes()));
    } catch (RuntimeException failure) {
      return completedFuture(new Outcome.Refused(Reason.BROKEN));
    }
    return completedFuture(done(before - items.size()));
  }

  @Override
  public CompletableFuture<Outcome> clear(Space space) {
    return removeMatching(space, key -> true);
  }

  /** What a listing has not listed yet of the keys that were there when it began. */
  private record Rest(List<TierKey> keys) implements Listing.Cursor {}

  @Override
  public synchronized CompletableFuture<Listing> list(Space space, Listing.@Nullable Cursor from) {
    List<TierKey> keys = from instanceof Rest rest
        ? rest.keys()
        : items.keySet().stream().filter(key -> key.space().equals(space)).toList();
    requireNonNull(space);
    lists++;
    Reason why = why();
    if (why != null) {
      return completedFuture(new Listing.Refused(why, "made to refuse"));
    }
    int end = Math.min(keys.size(), PAGE);
    List<Listing.Stored> page = new ArrayList<>();
    for (TierKey key : keys.subList(0, end)) {
      Item item = items.get(key);
      if (item != null && !item.isAbsence() && !item.expired(time.epochMillis())) {
        page.add(new Listing.Stored(key, key.bytes().length + item.payload().length));
      }
    }
    return completedFuture(new Listing.Page(
        page, end == keys.size() ? null : new Rest(keys.subList(end, keys.size()))));
  }

  private <T> CompletableFuture<List<Outcome>> each(List<T> all, Function<T, Outcome> write) {
    return completedFuture(all.stream().map(write).toList());
  }

  private Outcome done(long count) {
    Reason why = why();
    return why == null ? new Outcome.Done(count) : new Outcome.Refused(why);
  }

  private @Nullable Reason why() {
    return closed ? Reason.CLOSED : refusal;
  }

  /** The most entries of a page. */
  public static final int PAGE = 100;

  /** Payloads above this are refused. */
  public static final int TOO_LARGE = 4 << 20;

  @Override
  public synchronized TierStats stats() {
    return TierStats.none()
        .entries(items.size())
        .capacityBytes(-1)
        .hits(hits)
        .misses(misses)
        .writes(writes)
        .removals(removals)
        .available(why() == null);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
