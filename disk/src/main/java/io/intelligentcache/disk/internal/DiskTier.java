package io.intelligentcache.disk.internal;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.disk.internal.file.DiskCounters;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.format.StoredValue;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open disk tier. Writes go to the log, reads to its reader. */
public final class DiskTier implements Tier {
  private static final Logger LOG = LoggerFactory.getLogger(DiskTier.class);
  private static final Lookup CLOSED = new Lookup.Refused(Reason.CLOSED);
  private static final Outcome BUSY = new Outcome.Refused(Reason.BUSY);
  private static final Listing UNLISTED = new Listing.Refused(Reason.CLOSED, "");
  private static final long CLOSING_NANOS = SECONDS.toNanos(5);

  private final DiskStore store;
  private final DiskCounters counters;
  private final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();
  private volatile boolean closed;

  public DiskTier(DiskStore store) {
    this.store = store;
    this.counters = store.state().counters();
  }

  /** Starts the background threads. The writer thread releases the directory when it ends. */
  public void start() {
    store.threads().start(() -> {
      closed = true;
      store.maintenance().die();
      store.release();
      released.complete(null);
    });
  }

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public boolean readsBlock() {
    return true;
  }

  @Override
  public @Nullable Duration writesBehind() {
    return store.settings().writeBehind();
  }

  @Override
  public CompletableFuture<Lookup> get(TierKey key) {
    return CompletableFuture.completedFuture(read(key));
  }

  private Lookup read(TierKey key) {
    StoredKey stored = stored(key);
    if (closed) {
      counters.refused.increment();
      return CLOSED;
    }
    Lookup answer = store.reader().get(key.space(), stored);
    return closed && !(answer instanceof Lookup.Hit) ? CLOSED : answer;
  }

  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    List<Lookup> answers = new ArrayList<>(keys.size());
    for (TierKey key : keys) {
      answers.add(read(key));
    }
    return CompletableFuture.completedFuture(answers);
  }

  @Override
  public boolean mayContain(TierKey key) {
    long address = store.state().index().find(stored(key).hash());
    return address != Address.NONE && !Address.isMasked(address);
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    requireNonNull(item, "item");
    return counted(store.log().put(stored(key), item));
  }

  @Override
  public CompletableFuture<Outcome> offer(TierKey key, Item item, Worth worth, boolean last) {
    StoredKey stored = stored(key);
    int spends = worth == Worth.REQUIRED || store.log().isTooLarge(stored, item)
        ? 0
        : RecordHeader.size(stored.bytes().length, StoredValue.length(item));
    if (spends > 0 && !store.admission().takes(stored.hash(), spends, worth == Worth.READ)) {
      return counted(store.log().decline(stored.hash()));
    }
    CompletableFuture<Outcome> answer = store.log().offer(stored, item, last);
    if (!answer.isDone()) {
      return answer.thenApply(outcome -> countOffer(outcome, spends, last));
    }
    countOffer(answer.join(), spends, last);
    return answer;
  }

  private Outcome countOffer(Outcome outcome, int spent, boolean last) {
    boolean busy = outcome.equals(BUSY);
    if (busy && spent > 0) {
      store.admission().giveBack(spent);
    }
    return busy && !last ? outcome : count(outcome);
  }

  @Override
  public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
    List<CompletableFuture<Outcome>> open = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      open.add(put(entry.key(), entry.item()));
    }
    return all(open);
  }

  @Override
  public CompletableFuture<Outcome> remove(TierKey key) {
    return counted(store.log().remove(stored(key).hash()));
  }

  @Override
  public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
    List<CompletableFuture<Outcome>> open = new ArrayList<>(keys.size());
    for (TierKey key : keys) {
      open.add(remove(key));
    }
    return all(open);
  }

  @Override
  public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
    requireNonNull(matching, "matching");
    StoredKey stored = StoredKey.of(space, store.hash());
    if (closed) {
      return counted(CompletableFuture.completedFuture(new Outcome.Refused(Reason.CLOSED)));
    }
    return counted(store.sweep().removeMatching(stored, matching));
  }

  @Override
  public CompletableFuture<Outcome> clear(Space space) {
    CompletableFuture<Outcome> cleared =
        store.log().clear(space, StoredKey.of(space, store.hash()));
    return counted(cleared).whenComplete((done, failure) -> store.sweep().purgeCleared());
  }

  @Override
  public CompletableFuture<Listing> list(Space space, Listing.@Nullable Cursor from) {
    StoredKey stored = StoredKey.of(space, store.hash());
    Listing page = closed ? UNLISTED : store.listing().page(space, stored, from);
    return CompletableFuture.completedFuture(closed ? UNLISTED : page);
  }

  @Override
  public TierStats stats() {
    return TierStats.none()
        .entries(store.state().index().live())
        .bytes(store.log().bytes())
        .capacityBytes(store.settings().maximumBytes())
        .hits(counters.hits.sum())
        .misses(counters.misses.sum())
        .refused(counters.refused.sum())
        .declined(counters.declined.sum())
        .writes(counters.writes.sum())
        .rewrites(counters.rewrites.sum())
        .removals(counters.removals.sum())
        .evictions(counters.evictions.sum())
        .expirations(counters.expirations.sum())
        .damaged(counters.damaged.sum())
        .lost(counters.lost.sum())
        .available(!closed && !store.state().pause().on());
  }

  @Override
  public void closing() {
    store.threads().writer().keepWhatIsThere();
    store.maintenance().hurry();
  }

  @Override
  public void close() {
    closed = true;
    store.sweep().stop();
    store.maintenance().stop();
    if (!store.threads().deadlines().await(released, CLOSING_NANOS)) {
      store.threads().leaveScheduler();
      LOG.warn(
          "The disk cache {} is still being written; it closes by itself",
          store.lock().directory());
    }
  }

  private StoredKey stored(TierKey key) {
    return StoredKey.of(key, store.hash());
  }

  private CompletableFuture<Outcome> counted(CompletableFuture<Outcome> answer) {
    if (answer.isDone()) { // nearly always: no need for another future
      count(answer.join());
      return answer;
    }
    return answer.thenApply(this::count);
  }

  private Outcome count(Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused) {
      boolean declined = refused.why() == Reason.DECLINED;
      (declined ? counters.declined : counters.refused).increment();
    }
    return outcome;
  }

  private static CompletableFuture<List<Outcome>> all(List<CompletableFuture<Outcome>> open) {
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenApply(done -> open.stream().map(CompletableFuture::join).toList());
  }
}
