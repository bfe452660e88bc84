package io.intelligentcache.redis;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import io.intelligentcache.tier.TimeSource;
import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tier: turns calls into commands and replies into answers.
 *
 * <p>A read passes the journal twice, and the sweeps once, with what was found. Before, because what
 * is unreadable need not be fetched. After, because of this schedule: put sent, get sent, Redis refuses the put for want of
 * memory, Redis answers the get with what the put was to replace. Replies come in order, so by then
 * the key is in the journal.
 */
final class RedisTier implements Tier {
  private static final int MOST_KEYS_PER_MGET = 128;
  private static final long BYTES_PER_MGET = 4L << 20; // as far as it can be known beforehand
  private static final int JOURNAL_KEYS = 100_000;
  private static final long JOURNAL_BYTES = 32L << 20;
  private static final long LONGEST_PX_MILLIS = Duration.ofDays(365_000).toMillis();
  private static final long LONGEST_DRAIN_MILLIS = 1_000;

  private final Redis.Limits limits;
  private final TimeSource time;
  private final long writer = new SecureRandom().nextLong();
  private final Counters counters = new Counters();
  private final ReplySizes replySizes = new ReplySizes();
  private final LostWrites lostWrites = new LostWrites();
  private final ServerErrors errors;
  private final RedisClock clock;
  private final Versions versions;
  private final KeyNames names;
  private final RecordFormat format;
  private final LettuceClient client;
  private final Connections connections;
  private final Pipe pipe;
  private final Sweeps sweeps;
  private final Journal journal;
  private final Upkeep upkeep;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RedisTier(RedisAddress address, Redis.Limits limits, TimeSource time) {
    this.limits = limits;
    this.time = time;
    errors = new ServerErrors(address);
    clock = new RedisClock(time);
    versions = new Versions(clock);
    names = new KeyNames(limits.namespace());
    format = new RecordFormat(limits.maximumItemBytes());
    client = new LettuceClient(
        address,
        limits.commandTimeout(),
        limits.connectTimeout(),
        // The gate is the bound; this one behind it leaves room for what passes the gate.
        limits.maximumPending() + 1_000);
    Breaker breaker = Breaker.of(address.toString());
    connections = new Connections(address, client, limits, clock, lostWrites, breaker);
    Gate gate = new Gate(limits.maximumPending(), limits.maximumPendingBytes());
    pipe = new Pipe(connections, client, breaker, gate, limits.commandTimeout());
    sweeps = new Sweeps(pipe, connections, client, versions, writer, names, limits.sweepTimeout());
    journal = new Journal(JOURNAL_KEYS, JOURNAL_BYTES, sweeps::beginAll);
    upkeep = new Upkeep(
        connections, pipe, breaker, clock, journal, names, versions, limits.commandTimeout());
  }

  static RedisTier open(RedisAddress address, Redis.Limits limits, TimeSource time) {
    RedisTier tier = new RedisTier(address, limits, time);
    // A first attempt that fails has been logged; upkeep goes on trying.
    waitFor(tier.connections.tend(), limits.connectTimeout().toMillis());
    tier.upkeep.start();
    return tier;
  }

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public CompletableFuture<Lookup> get(TierKey key) {
    requireNonNull(key, "key");
    if (journal.holds(key)) {
      return CompletableFuture.completedFuture(refused(Reason.BROKEN));
    }
    byte[] name = names.name(key);
    CompletableFuture<Reply<byte @Nullable []>> sent =
        pipe.send(name.length + replySizes.expected(), redis -> redis.get(name));
    return sent.thenApply(reply -> {
      if (reply instanceof Reply.Ok<byte @Nullable []> ok) {
        return judge(key, name, ok.value());
      }
      if (reply instanceof Reply.Failed<?> error && error.message().startsWith("WRONGTYPE")) {
        return damaged(key); // a list or the like under our name
      }
      return refused(reply);
    });
  }

  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    List<TierKey> asked = List.copyOf(keys);
    List<CompletableFuture<List<Lookup>>> parts = new ArrayList<>();
    int together = replySizes.fitting(BYTES_PER_MGET, MOST_KEYS_PER_MGET);
    for (int from = 0; from < asked.size(); from += together) {
      parts.add(part(asked.subList(from, Math.min(from + together, asked.size()))));
    }
    return all(parts).thenApply(lists -> lists.stream().flatMap(List::stream).toList());
  }

  private CompletableFuture<List<Lookup>> part(List<TierKey> keys) {
    boolean[] blocked = new boolean[keys.size()];
    byte[][] part = new byte[keys.size()][];
    long bytes = part.length * replySizes.expected();
    for (int i = 0; i < part.length; i++) {
      blocked[i] = journal.holds(keys.get(i));
      part[i] = names.name(keys.get(i));
      bytes += part[i].length;
    }
    CompletableFuture<Reply<List<KeyValue<byte[], byte[]>>>> sent =
        pipe.send(bytes, redis -> redis.mget(part));
    return sent.thenApply(reply -> {
      List<Lookup> lookups = new ArrayList<>(part.length);
      for (int i = 0; i < part.length; i++) {
        if (blocked[i]) {
          lookups.add(refused(Reason.BROKEN));
        } else if (reply instanceof Reply.Ok<List<KeyValue<byte[], byte[]>>> ok) {
          lookups.add(judge(keys.get(i), part[i], ok.value().get(i).getValueOrElse(null)));
        } else {
          lookups.add(refused(reply));
        }
      }
      return lookups;
    });
  }

  /** Always true but for keys that could not be read now: what Redis holds only Redis knows. */
  @Override
  public boolean mayContain(TierKey key) {
    return !journal.holds(requireNonNull(key, "key"));
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    requireNonNull(key, "key");
    requireNonNull(item, "item");
    if (item.payload().length > limits.maximumItemBytes()) {
      return unlink(key, new Outcome.Refused(Reason.TOO_LARGE), false);
    }
    long remaining = clock.remainingMillis(item.expiresAtMillis());
    if (remaining == 0) {
      return unlink(key, Outcome.DONE, false);
    }
    byte[] name = names.name(key);
    long version = versions.next();
    byte[] record = format.write(name, record(version, item));
    replySizes.seen(record.length);
    CompletableFuture<Reply<String>> sent = sweeps.ordered(
        key,
        name,
        version,
        () -> pipe.send(
            version,
            (long) name.length + record.length,
            () -> journal.add(key, version),
            redis -> remaining > LONGEST_PX_MILLIS
                ? redis.set(name, record)
                : redis.set(name, record, SetArgs.Builder.px(remaining))));
    return answered(sent, key, version, ok -> {
      counters.writes.increment();
      return Outcome.DONE;
    });
  }

  @Override
  public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
    return all(List.copyOf(entries).stream()
        .map(entry -> put(entry.key(), entry.item()))
        .toList());
  }

  @Override
  public CompletableFuture<Outcome> remove(TierKey key) {
    return unlink(requireNonNull(key, "key"), Outcome.DONE, true);
  }

  @Override
  public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
    return all(List.copyOf(keys).stream().map(this::remove).toList());
  }

  @Override
  public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
    requireNonNull(space, "space");
    requireNonNull(matching, "matching");
    return counted(sweeps.begin(space, matching));
  }

  @Override
  public CompletableFuture<Outcome> clear(Space space) {
    return counted(sweeps.begin(requireNonNull(space, "space"), key -> true));
  }

  @Override
  public TierStats stats() {
    return counters.read(pipe.available());
  }

  /** Lets what is on its way finish and the journal be unlinked, each within a second. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    sweeps.close();
    Session last = connections.session();
    long drain = Math.min(limits.commandTimeout().toMillis(), LONGEST_DRAIN_MILLIS);
    if (last != null) {
      waitFor(last.drained(), drain);
      upkeep.drain(drain);
    }
    pipe.close();
    upkeep.close();
    connections.close();
  }

  private CompletableFuture<Outcome> unlink(TierKey key, Outcome success, boolean counts) {
    long version = versions.next();
    byte[] name = names.name(key);
    CompletableFuture<Reply<Long>> sent = pipe.send(
        Operation.STORES_NOTHING,
        name.length,
        () -> journal.add(key, version),
        redis -> redis.unlink(name));
    return answered(sent, key, version, ok -> {
      if (counts) {
        counters.removals.add(ok);
      } else if (success instanceof Outcome.Refused) {
        counters.refused.increment();
      }
      return success;
    });
  }

  /** The outcome of a write of one key. */
  private <T> CompletableFuture<Outcome> answered(
      CompletableFuture<Reply<T>> sent, TierKey key, long version, Function<T, Outcome> whenOk) {
    CompletableFuture<Outcome> outcome = sent.thenApply(reply -> {
      if (reply instanceof Reply.Ok<T> ok) {
        journal.settle(key, version);
        errors.none();
        return whenOk.apply(ok.value());
      }
      Reason why = Reply.reason(reply);
      if (why != Reason.CLOSED) {
        journal.add(key, version);
      }
      errors.seen(reply);
      counters.refused.increment();
      return new Outcome.Refused(why);
    });
    // A copy: a caller who cancels or completes the future must not keep the journal from its
    // entry.
    return outcome.copy();
  }

  private CompletableFuture<Outcome> counted(CompletableFuture<Outcome> sweep) {
    return sweep.thenApply(outcome -> {
      if (outcome instanceof Outcome.Done done) {
        counters.removals.add(done.count());
      } else {
        counters.refused.increment();
      }
      return outcome;
    });
  }

  private StoredRecord record(long version, Item item) {
    return new StoredRecord(
        version,
        writer,
        clock.toRedis(item.expiresAtMillis()),
        item.codec(),
        item.rawBytes(),
        item.compressed(),
        item.payload());
  }

  /** What to answer for the bytes that were found, if any. */
  private Lookup judge(TierKey key, byte[] name, byte @Nullable [] found) {
    if (journal.holds(key)) {
      return refused(Reason.BROKEN);
    }
    if (found == null) {
      return missed();
    }
    replySizes.seen(found.length);
    StoredRecord record = format.read(name, found);
    if (record == null) {
      return damaged(key);
    }
    if (sweeps.cover(key, record)) {
      return refused(Reason.BROKEN);
    }
    if (record.writer() == writer && lostWrites.contains(record.version())) {
      return missed();
    }
    Item item = new Item(
        record.payload(),
        record.rawBytes(),
        record.compressed(),
        record.codec(),
        clock.toLocal(record.expiresAtMillis()));
    if (item.expired(time.epochMillis())) {
      counters.expirations.increment();
      return missed();
    }
    counters.hits.increment();
    return new Lookup.Hit(item);
  }

  private Lookup missed() {
    counters.misses.increment();
    return Lookup.MISS;
  }

  private Lookup damaged(TierKey key) {
    if (journal.holds(key)) {
      return refused(Reason.BROKEN);
    }
    counters.damaged.increment();
    return missed();
  }

  private Lookup refused(Reply<?> reply) {
    errors.seen(reply);
    return refused(Reply.reason(reply));
  }

  private Lookup refused(Reason why) {
    counters.refused.increment();
    return new Lookup.Refused(why);
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> parts) {
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
  }

  private static void waitFor(CompletableFuture<?> future, long millis) {
    try {
      future.get(millis, MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Whoever started it has logged why; here it only mattered not to wait longer.
    }
  }
}
