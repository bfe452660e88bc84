package io.intelligentcache;

import io.intelligentcache.internal.Insides;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.RankedEntries;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import org.jetbrains.lincheck.datastructures.Operation;

/** Memory has room for two of the four keys, and what is in memory is written to disk behind the puts. */
public final class SavingLincheckTest extends CacheOperations {
  private static final int TWO_ENTRIES = 300;

  public SavingLincheckTest() {
    super(TieredCacheManager.builder()
        .memory(Memory.ofBytes(TWO_ENTRIES))
        .disk(context -> new HeapTier(TimeSource.SYSTEM)));
  }

  @Operation
  public void save() {
    RankedEntries ranked = Insides.of(manager).ranked();
    for (int i = 0; i < ranked.size(); i++) {
      MemoryEntry<?, ?> entry = ranked.at(i);
      if (entry != null) {
        entry.save(() -> false).join();
      }
    }
  }
}
