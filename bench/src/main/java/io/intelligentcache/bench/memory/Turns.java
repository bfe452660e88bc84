package io.intelligentcache.bench.memory;

import io.intelligentcache.bench.measure.Sample;
import java.io.IOException;
import org.openjdk.jmh.runner.RunnerException;

/** Measures one contender once. */
interface Turns {
  /** One round of a timed workload. */
  Sample timed(Block block, Contender contender) throws RunnerException;

  /** The heap per entry beyond keys and values. */
  double bytesPerEntry(Contender contender) throws IOException, InterruptedException;
}
