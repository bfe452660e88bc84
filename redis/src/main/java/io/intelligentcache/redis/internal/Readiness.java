package io.intelligentcache.redis.internal;

import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.feed.InvalidationFeeds;
import io.intelligentcache.redis.internal.topology.Topology;
import io.intelligentcache.tier.SharedHealth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Whether the tier works, since when it does not, and why. */
final class Readiness {
  private static final long WELL = Long.MIN_VALUE;

  private final Topology topology;
  private final InvalidationFeeds feeds;
  private final BooleanSupplier closed;
  private final LongSupplier nanos;
  private final CompletableFuture<Void> firstWell = new CompletableFuture<>();
  private volatile long troubledSinceNanos;

  Readiness(
      Topology topology, InvalidationFeeds feeds, BooleanSupplier closed, LongSupplier nanos) {
    this.topology = topology;
    this.feeds = feeds;
    this.closed = closed;
    this.nanos = nanos;
    this.troubledSinceNanos = nanos.getAsLong();
  }

  /** Records when trouble begins and ends. Called by the maintenance thread only. */
  void tend() {
    boolean well = troubles().isEmpty();
    if (!well && troubledSinceNanos == WELL) {
      troubledSinceNanos = nanos.getAsLong();
    } else if (well) {
      troubledSinceNanos = WELL;
      firstWell.complete(null);
    }
  }

  /** Completes when the tier has no trouble for the first time. */
  CompletableFuture<Void> firstWell() {
    return firstWell;
  }

  SharedHealth read() {
    List<String> troubles = troubles();
    List<String> silent = feeds.troubles();
    if (troubles.isEmpty()) {
      return SharedHealth.well();
    }
    long since = troubledSinceNanos; // tend() may not have seen the trouble yet
    long troubledNanos = since == WELL ? 0 : nanos.getAsLong() - since;
    boolean open = !closed.getAsBoolean();
    return SharedHealth.troubled(String.join("; ", troubles), Duration.ofNanos(troubledNanos))
        .connected(open && topology.connected())
        .answering(open && topology.primaries().stream().allMatch(Primary::answers))
        .telling(silent.isEmpty());
  }

  private List<String> troubles() {
    if (closed.getAsBoolean()) {
      return List.of("the tier is closed");
    }
    List<String> troubles = new ArrayList<>(topology.troubles());
    troubles.addAll(feeds.troubles());
    return troubles;
  }
}
