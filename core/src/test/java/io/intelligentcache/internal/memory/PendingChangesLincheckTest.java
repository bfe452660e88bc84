package io.intelligentcache.internal.memory;

import io.intelligentcache.Effort;
import io.intelligentcache.internal.memory.PendingChanges.Change;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Changes pushed by many threads come out once each, in the order in which they went in. */
@Param(name = "id", gen = IntGen.class, conf = "1:100")
@ExtendWith(Effort.class)
@Timeout(7_200)
@Tag("lincheck")
public final class PendingChangesLincheckTest {
  private static final int ITERATIONS = Effort.of(10, 100, "scenarios");
  private static final int INVOCATIONS = Effort.of(500, 3_000, "runs of each");

  private final PendingChanges pending = new PendingChanges();

  @Operation
  public boolean push(@Param(name = "id") int id) {
    return pending.push(new Change(null, null, id), 2, Long.MAX_VALUE);
  }

  @Operation
  public List<Long> takeAll() {
    List<Long> ids = new ArrayList<>();
    for (Change change = pending.takeAll(); change != null; change = change.next) {
      ids.add(change.hash);
    }
    return ids;
  }

  @Operation
  public boolean isEmpty() {
    return pending.isEmpty();
  }

  @Test
  void isLinearizable() {
    new StressOptions()
        .iterations(ITERATIONS)
        .invocationsPerIteration(INVOCATIONS)
        .threads(3)
        .actorsPerThread(3)
        .check(getClass());
  }
}
