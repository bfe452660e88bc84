package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.connection.Primary;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** Finds out which servers own the keys. */
interface Locator {
  /**
   * Asks once. Called by one thread, and not again before the answer is there.
   *
   * @param known the servers that are known already, which may know more
   * @return what is true now, or why that can't be said; within some connect timeouts
   */
  CompletableFuture<SlotMap> ask(Collection<Primary> known);
}
