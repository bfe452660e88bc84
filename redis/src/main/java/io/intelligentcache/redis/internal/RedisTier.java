package io.intelligentcache.redis.internal;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.redis.internal.clock.Clocks;
import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.redis.internal.connection.Deadlines;
import io.intelligentcache.redis.internal.connection.Handshake;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.LostWrites;
import io.intelligentcache.redis.internal.connection.OpeningPhase;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.connection.ReplySizes;
import io.intelligentcache.redis.internal.connection.SendWindow;
import io.intelligentcache.redis.internal.connection.ServerErrors;
import io.intelligentcache.redis.internal.feed.InvalidationFeeds;
import io.intelligentcache.redis.internal.feed.Subscription;
import io.intelligentcache.redis.internal.feed.Tracking;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.operation.BulkRemoval;
import io.intelligentcache.redis.internal.operation.BulkWrites;
import io.intelligentcache.redis.internal.operation.Commands;
import io.intelligentcache.redis.internal.operation.Encoding;
import io.intelligentcache.redis.internal.operation.Generations;
import io.intelligentcache.redis.internal.operation.KeyListing;
import io.intelligentcache.redis.internal.operation.Leases;
import io.intelligentcache.redis.internal.operation.Reads;
import io.intelligentcache.redis.internal.operation.Repairs;
import io.intelligentcache.redis.internal.operation.ReplyNotes;
import io.intelligentcache.redis.internal.operation.Scripts;
import io.intelligentcache.redis.internal.operation.SweepQueue;
import io.intelligentcache.redis.internal.operation.Sweeper;
import io.intelligentcache.redis.internal.operation.Unacknowledged;
import io.intelligentcache.redis.internal.operation.UnsettledWrites;
import io.intelligentcache.redis.internal.operation.Writes;
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.record.RecordWriter;
import io.intelligentcache.redis.internal.settings.RedisCounters;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.redis.internal.settings.Servers;
import io.intelligentcache.redis.internal.topology.CommandRouter;
import io.intelligentcache.redis.internal.topology.Connector;
import io.intelligentcache.redis.internal.topology.Topology;
import io.intelligentcache.tier.Beginning;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedHealth;
import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import io.intelligentcache.tier.Version;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Redis tier: assembles its parts, opens and closes them. */
public final class RedisTier implements SharedTier {
  private static final Logger LOG = LoggerFactory.getLogger(RedisTier.class);
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(1);

  private final RedisLimits limits;
  private final RedisCounters counters = new RedisCounters();
  private final OpeningPhase opening = new OpeningPhase();
  private final RedisClock clock;
  private final Versions versions;
  private final LettuceClient client;
  private final Deadlines deadlines;
  private final Topology topology;
  private final CommandRouter router;
  private final SweepQueue sweeps;
  private final BulkWrites bulks;
  private final UnsettledWrites unsettled;
  private final LostWrites lost;
  private final Reads reads;
  private final Writes writes;
  private final KeyListing listing;
  private final Leases leases;
  private final InvalidationFeeds feeds;
  private final Readiness readiness;
  private final Repairs repairs;
  private final Maintenance maintenance;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RedisTier(Servers servers, RedisLimits limits, Retention retention, TierContext context) {
    this.limits = limits;
    clock = new RedisClock(context.time());
    KeyNames names = new KeyNames(limits.namespace());
    Epoch epoch = new Epoch(names, !(servers instanceof Servers.Cluster), retention);
    versions = new Versions(clock, epoch, new SecureRandom().nextLong());
    lost = new LostWrites();
    RecordFormat format = new RecordFormat(limits.maximumItemBytes());
    client = new LettuceClient(
        limits.connectTimeout(),
        // InFlightLimiter sets the bound. The client library's queue is larger, because heartbeats
        // and probes are not limited.
        limits.maximumPending() + 1_000,
        context.scheduler());
    deadlines = client.deadlines();
    topology = Topology.of(
        servers,
        client,
        new Connector(
            client, limits, new Handshake(servers.mayNameReplicas(), epoch), clock, lost, opening));
    router = new CommandRouter(topology, limits.commandTimeout(), deadlines::nanos);
    Scripts scripts = new Scripts(router, counters, limits.publishes() ? names.channel() : null);
    Generations generations = new Generations(router, scripts, names, versions, limits, retention);
    Sweeper sweeper = new Sweeper(topology, scripts, epoch, generations, versions, deadlines);
    bulks = new BulkWrites(limits);
    sweeps = new SweepQueue(
        router,
        sweeper,
        deadlines,
        versions,
        names,
        SweepQueue.Bounds.of(limits.sweepTimeout()),
        bulks);
    unsettled = new UnsettledWrites(
        retention.unsettledKeys(), retention.unsettledBytes(), sweeps::beginLost);
    Clocks clocks = new Clocks(clock, versions);
    Encoding encoding = new Encoding(names, format, new RecordWriter(format, clock, versions));
    Unacknowledged unacknowledged = new Unacknowledged(unsettled, lost);
    ReplyNotes notes = new ReplyNotes(counters, new ReplySizes(), new ServerErrors(servers));
    writes = new Writes(scripts, generations, clocks, encoding, unacknowledged, notes, retention);
    Commands commands = new Commands(router, scripts, bulks);
    reads =
        new Reads(commands, clocks, encoding, unacknowledged, sweeps, notes, writes::removeDamaged);
    listing = new KeyListing(topology, commands, names, reads, notes, limits.commandTimeout());
    leases = new Leases(scripts, reads, names, clocks, retention);
    feeds = new InvalidationFeeds(
        topology, limits.publishes() ? new Subscription(names) : new Tracking(names), context);
    readiness = new Readiness(topology, feeds, router::closed, deadlines::nanos);
    repairs = new Repairs(topology, router, names, unsettled, writes, deadlines);
    maintenance =
        new Maintenance(topology, feeds, readiness, repairs, scripts, epoch, context.scheduler());
  }

  public static RedisTier open(
      Servers servers, RedisLimits limits, Retention retention, TierContext context) {
    RedisTier tier = new RedisTier(servers, limits, retention, context);
    tier.maintenance.start();
    tier.awaitReady(servers);
    return tier;
  }

  /** Returns when all servers are ready and the scripts have been run once, or after the connect timeout. */
  private void awaitReady(Servers servers) {
    long deadline = deadlines.nanos() + limits.connectTimeout().toNanos();
    waitFor(readiness.firstWell(), limits.connectTimeout());
    if (readiness.firstWell().isDone()) {
      new Rehearsal(reads, writes, deadlines).make(deadline);
      counters.reset();
    } else {
      SharedHealth now = readiness.read();
      LOG.warn(
          "{} is not ready after {} ms: {}. Opening without it: {} Connecting goes on in the"
              + " background.",
          servers,
          limits.connectTimeout().toMillis(),
          now.problem(),
          now.connected() && now.answering()
              ? "every read of a copy asks Redis until it reports invalidations."
              : "until it is ready, its reads and writes are refused and counted.");
    }
    opening.end();
  }

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public CompletableFuture<Lookup> get(TierKey key) {
    return reads.get(requireNonNull(key, "key"));
  }

  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    return reads.getAll(List.copyOf(keys));
  }

  @Override
  public Beginning begin() {
    return new Beginning(versions.of(versions.next()), clock.micros());
  }

  @Override
  public CompletableFuture<Lookup> revalidate(TierKey key, Version version) {
    return reads.revalidate(requireNonNull(key, "key"), version);
  }

  @Override
  public CompletableFuture<Claim> claim(
      TierKey key, Duration life, Version known, Version unreadable) {
    return leases.claim(
        requireNonNull(key, "key"),
        life,
        requireNonNull(known, "known"),
        requireNonNull(unreadable, "unreadable"));
  }

  @Override
  public void release(TierKey key, Claim.Lease lease) {
    leases.release(requireNonNull(key, "key"), lease);
  }

  @Override
  public CompletableFuture<Outcome> putIf(Entry entry, Condition condition) {
    bulks.sendFirst(entry.key());
    return entry.item().payload().length > limits.maximumItemBytes()
        ? writes.refuseAsTooLarge(entry.key(), condition)
        : writes.putIf(entry, condition);
  }

  @Override
  public CompletableFuture<Outcome> removeIf(TierKey key, Condition condition) {
    bulks.sendFirst(requireNonNull(key, "key"));
    return writes.removeIf(key, condition);
  }

  /** True, except for keys that must not be read at present: only Redis knows which keys it holds. */
  @Override
  public boolean mayContain(TierKey key) {
    return !unsettled.holds(requireNonNull(key, "key"));
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    return put(new Entry(key, item));
  }

  @Override
  public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
    List<Entry> all = List.copyOf(entries);
    return all.size() <= SendWindow.COMMANDS
        ? Futures.all(all.stream().map(this::put).toList())
        : bulks.run(all.stream().map(this::unsent).toList());
  }

  private BulkWrites.Write unsent(Entry entry) {
    TierKey key = requireNonNull(entry.key(), "key");
    int bytes = key.bytes().length + entry.item().payload().length;
    return new BulkWrites.Write(key, bytes, () -> send(entry), why -> writes.refuse(key, why));
  }

  @Override
  public CompletableFuture<Outcome> put(Entry entry) {
    bulks.sendFirst(requireNonNull(entry.key(), "key"));
    return send(entry);
  }

  private CompletableFuture<Outcome> send(Entry entry) {
    TierKey key = entry.key();
    return entry.item().payload().length > limits.maximumItemBytes()
        ? writes.refuseAsTooLarge(key)
        : writes.put(entry);
  }

  @Override
  public CompletableFuture<Outcome> remove(TierKey key) {
    bulks.sendFirst(requireNonNull(key, "key"));
    return writes.remove(key);
  }

  @Override
  public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
    List<TierKey> all = List.copyOf(keys);
    return all.size() <= SendWindow.COMMANDS
        ? Futures.all(all.stream().map(this::remove).toList())
        : bulks.run(all.stream().map(this::unsent).toList());
  }

  private BulkWrites.Write unsent(TierKey key) {
    int bytes = key.bytes().length;
    return new BulkWrites.Write(
        key, bytes, () -> writes.remove(key), why -> writes.refuse(key, why));
  }

  @Override
  public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
    requireNonNull(space, "space");
    requireNonNull(matching, "matching");
    forgetPuts(space);
    return counted(space, sweeps.begin(space, matching));
  }

  @Override
  public CompletableFuture<Outcome> clear(Space space) {
    forgetPuts(requireNonNull(space, "space"));
    return counted(space, sweeps.begin(space, BulkRemoval.ALL));
  }

  /** A put that was not acknowledged before a sweep must not be stored after it. */
  private void forgetPuts(Space space) {
    unsettled.forgetPuts(space);
    lost.swept(space);
  }

  @Override
  public CompletableFuture<Listing> list(Space space, Listing.@Nullable Cursor from) {
    return listing.page(requireNonNull(space, "space"), from);
  }

  @Override
  public TierStats stats() {
    return counters.read(router.available());
  }

  @Override
  public SharedStats sharedStats() {
    return counters
        .readShared()
        .servers(topology.primaries().size())
        .listening(feeds.listening())
        .publishing(limits.publishes())
        .unsettledKeys(unsettled.size() + sweeps.lostKeys())
        .unsettledRemovals(sweeps.size())
        .breakerOpenings(
            topology.primaries().stream().mapToLong(Primary::breakerOpenings).sum())
        .clockErrorMicros(clock.errorMicros());
  }

  @Override
  public SharedHealth health() {
    return readiness.read();
  }

  /** Waits for the commands in flight, then repairs the unsettled writes, each for at most a second. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    sweeps.close();
    Duration timeout = limits.commandTimeout();
    Duration drain = timeout.compareTo(LONGEST_DRAIN) < 0 ? timeout : LONGEST_DRAIN;
    waitFor(topology.drained(), drain);
    if (router.available()) {
      repairs.drain(drain);
    }
    router.close();
    maintenance.close();
    repairs.close();
    feeds.close();
    client.close(topology.close());
  }

  private CompletableFuture<Outcome> counted(Space space, CompletableFuture<Outcome> sweep) {
    return sweep.thenApply(outcome -> {
      lost.swept(space); // also the puts repeated while the sweep began
      if (outcome instanceof Outcome.Done done) {
        counters.removals.add(done.count());
      } else {
        counters.refused.increment();
      }
      return outcome;
    });
  }

  private void waitFor(CompletableFuture<?> future, Duration time) {
    try {
      var unused = deadlines.await(future, time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The part that failed has logged the reason. This method only limits the wait.
    }
  }
}
