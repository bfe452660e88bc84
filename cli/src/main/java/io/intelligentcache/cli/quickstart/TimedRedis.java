package io.intelligentcache.cli.quickstart;

import io.intelligentcache.internal.tier.ForwardingSharedTier;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.SharedTierFactory;
import io.intelligentcache.tier.TierKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/** A Redis tier whose searches are timed. Revalidations are not timed. */
final class TimedRedis extends ForwardingSharedTier {
  private final Latencies latencies;
  private final Histogram reads;

  private TimedRedis(SharedTier tier, Latencies latencies, Histogram reads) {
    super(tier);
    this.latencies = latencies;
    this.reads = reads;
  }

  static SharedTierFactory of(SharedTierFactory tier, Latencies latencies, Histogram reads) {
    return context -> new TimedRedis((SharedTier) tier.open(context), latencies, reads);
  }

  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    return latencies.ofSearch(reads, () -> super.getAll(keys));
  }
}
