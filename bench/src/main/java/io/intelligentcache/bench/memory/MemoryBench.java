package io.intelligentcache.bench.memory;

import io.intelligentcache.bench.measure.Progress;
import io.intelligentcache.bench.measure.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs blocks, one after the other. In each round of a block every contender has one turn. So a minute
 * in which the machine is busy does not affect one contender alone.
 */
final class MemoryBench {
  private final Timing timing;
  private final Turns turns;
  private final Progress progress;

  MemoryBench(Timing timing, Turns turns, Progress progress) {
    this.timing = timing;
    this.turns = turns;
    this.progress = progress;
  }

  /** Passes on the lines of a block as soon as all are measured. */
  void run(List<Block> blocks, BiConsumer<Block, List<MemoryLine>> done)
      throws FailedStepException, InterruptedException {
    for (Block block : blocks) {
      done.accept(block, block.workload().isTimed() ? timed(block) : metadata(block));
    }
  }

  private List<MemoryLine> timed(Block block) throws FailedStepException {
    var samples = new EnumMap<Contender, List<Sample>>(Contender.class);
    for (int round = 0; round < timing.roundsOf(block.workload()); round++) {
      for (Contender contender : block.contenders()) {
        begin(block, contender);
        try {
          samples
              .computeIfAbsent(contender, absent -> new ArrayList<>())
              .add(turns.timed(block, contender));
        } catch (RunnerException failure) {
          throw new FailedStepException(block, contender, failure);
        }
      }
    }
    return TimedLine.of(block, samples);
  }

  private List<MemoryLine> metadata(Block block) throws FailedStepException, InterruptedException {
    Map<Contender, Double> bytes = new EnumMap<>(Contender.class);
    for (Contender contender : block.contenders()) {
      begin(block, contender);
      try {
        bytes.put(contender, turns.bytesPerEntry(contender));
      } catch (IOException failure) {
        throw new FailedStepException(block, contender, failure);
      }
    }
    return MetadataLine.of(block, bytes);
  }

  private void begin(Block block, Contender contender) {
    progress.begin(block + ", " + contender, timing.ofStep(block.workload()));
  }
}
