package io.intelligentcache.internal.memory;

import io.intelligentcache.internal.memory.PendingChanges.Change;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Changes pushed by many threads come out once each, in the order in which they went in. */
@Param(name = "id", gen = IntGen.class, conf = "1:100")
public final class PendingChangesLincheckTest {
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
        .iterations(20)
        .invocationsPerIteration(1_000)
        .threads(3)
        .actorsPerThread(3)
        .check(getClass());
  }
}
