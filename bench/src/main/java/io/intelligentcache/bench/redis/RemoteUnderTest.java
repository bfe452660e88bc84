package io.intelligentcache.bench.redis;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A client of Redis, as the benchmarks use it. Thread-safe. */
public interface RemoteUnderTest extends AutoCloseable {
  CompletionStage<?> get(int entry);

  CompletionStage<?> put(int entry);

  /** Whether a get returned the value of the entry. */
  boolean found(int entry, @Nullable Object answer);

  /** Whether a put was acknowledged. */
  boolean stored(@Nullable Object answer);

  @Override
  void close();
}
