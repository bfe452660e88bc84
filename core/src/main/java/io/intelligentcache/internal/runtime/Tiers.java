package io.intelligentcache.internal.runtime;

import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.tier.NoTier;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Tier;
import org.jspecify.annotations.Nullable;

/**
 * The tiers of a manager, from the fastest to the slowest.
 *
 * @param disk {@link NoTier#INSTANCE} if there is none
 * @param redis {@link NoTier#INSTANCE} if there is none
 */
public record Tiers(MemoryEngine memory, Tier disk, Tier redis) {
  public boolean hasDisk() {
    return disk != NoTier.INSTANCE;
  }

  public boolean hasRedis() {
    return redis != NoTier.INSTANCE;
  }

  /** Whether there is a tier below memory. */
  public boolean hasLower() {
    return hasDisk() || hasRedis();
  }

  /** The Redis tier, if other instances change it too; else null. */
  public @Nullable SharedTier shared() {
    return redis instanceof SharedTier shared ? shared : null;
  }

  /** The same memory, with no tier below it. */
  Tiers withoutLower() {
    return new Tiers(memory, NoTier.INSTANCE, NoTier.INSTANCE);
  }
}
