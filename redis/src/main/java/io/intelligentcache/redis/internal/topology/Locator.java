package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.connection.Primary;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** Finds the servers that own the keys. */
interface Locator {
  /**
   * Asks once. Called by one thread at a time, and not again before the answer has arrived.
   *
   * @param known the servers that are known already; they may know further ones
   * @return the present owners; fails if they can't be found. Completes within a few connect timeouts
   */
  CompletableFuture<SlotMap> ask(Collection<Primary> known);
}
