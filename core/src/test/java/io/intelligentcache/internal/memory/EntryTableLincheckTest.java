package io.intelligentcache.internal.memory;

import io.intelligentcache.Effort;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A table of two buckets at first, so that nearly every insertion splits one. */
@Param(name = "key", gen = IntGen.class, conf = "1:8")
@Param(name = "value", gen = IntGen.class, conf = "1:100")
@ExtendWith(Effort.class)
@Timeout(7_200)
@Tag("lincheck")
public final class EntryTableLincheckTest {
  private static final int ITERATIONS = Effort.of(10, 100, "scenarios");
  private static final int INVOCATIONS = Effort.of(500, 3_000, "runs of each");

  private final MemoryTable<Integer, Integer> owner =
      new MemoryEngine(1, Policies.lru(), () -> 0, Runnable::run).newTable(entry -> {});
  private final EntryTable<Integer, Integer> table =
      new EntryTable<>(new ReentrantLock[] {new ReentrantLock(), new ReentrantLock()});

  private static @Nullable Integer value(@Nullable MemoryEntry<Integer, Integer> entry) {
    return entry == null ? null : entry.value();
  }

  @Operation
  public @Nullable Integer get(@Param(name = "key") int key) {
    return value(table.find(key, (int) owner.hash(key)));
  }

  @Operation
  public @Nullable Integer put(@Param(name = "key") int key, @Param(name = "value") int value) {
    return value(table.put(MemoryEntry.lasting(owner, key, value, 1, false)));
  }

  @Operation
  public @Nullable Integer remove(@Param(name = "key") int key) {
    return value(table.remove(key, (int) owner.hash(key)));
  }

  @Test
  void isLinearizable() {
    new StressOptions()
        .iterations(ITERATIONS)
        .invocationsPerIteration(INVOCATIONS)
        .threads(3)
        .actorsPerThread(4)
        .check(getClass());
  }
}
