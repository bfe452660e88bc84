package io.intelligentcache.cli.quickstart;

import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.LocalTierFactory;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/** A tier whose searches are timed. */
final class TimedTier extends ForwardingTier {
  private final Latencies latencies;
  private final Histogram reads;

  private TimedTier(Tier tier, Latencies latencies, Histogram reads) {
    super(tier);
    this.latencies = latencies;
    this.reads = reads;
  }

  static LocalTierFactory of(LocalTierFactory tier, Latencies latencies, Histogram reads) {
    return context -> new TimedTier(tier.open(context), latencies, reads);
  }

  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    return latencies.ofSearch(reads, () -> super.getAll(keys));
  }
}
