package io.intelligentcache.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.bench.measure.Progress;
import io.intelligentcache.bench.measure.Sample;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryBenchTest {
  private static final Timing TIMING = Timing.quick(2);
  private static final List<Contender> BOTH = List.of(Contender.LRU, Contender.CAFFEINE);

  private final List<String> turns = new ArrayList<>();
  private final List<MemoryLine> lines = new ArrayList<>();

  @Test
  void everybodyHasOneTurnInEachRound() throws Exception {
    run(new Recorded(), List.of(new Block(Workload.READ, 2, BOTH)));
    assertThat(turns).containsExactly("lru", "caffeine", "lru", "caffeine");
    assertThat(lines)
        .containsExactly(
            new TimedLine("read", 2, "lru", 2, 2, 1, 0.6667, 0, null),
            new TimedLine("read", 2, "caffeine", 2, 3, 1, 1.0, 0, null));
  }

  @Test
  void metadataIsCountedOnce() throws Exception {
    run(new Recorded(), List.of(new Block(Workload.METADATA, 1, BOTH)));
    assertThat(turns).containsExactly("lru", "caffeine");
  }

  @Test
  void aFailureTellsWhereItHappened() {
    Turns failing = new Recorded() {
      @Override
      public double bytesPerEntry(Contender contender) throws IOException {
        throw new IOException("the process ended with exit code 3");
      }
    };
    assertThatThrownBy(() -> run(failing, List.of(new Block(Workload.METADATA, 1, BOTH))))
        .hasMessage("metadata, lru failed: the process ended with exit code 3");
  }

  private void run(Turns measuring, List<Block> blocks) throws Exception {
    var progress =
        new Progress(TIMING.ofSteps(blocks), new PrintWriter(new StringWriter()), () -> 0);
    new MemoryBench(TIMING, measuring, progress)
        .run(blocks, (block, ofBlock) -> lines.addAll(ofBlock));
  }

  /** The n-th turn does n operations a microsecond. */
  private class Recorded implements Turns {
    @Override
    public Sample timed(Block block, Contender contender) {
      turns.add(contender.toString());
      return new Sample(turns.size(), 0, Double.NaN);
    }

    @Override
    public double bytesPerEntry(Contender contender) throws IOException {
      turns.add(contender.toString());
      return turns.size();
    }
  }
}
