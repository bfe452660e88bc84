package io.intelligentcache.bench.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One workload on a number of threads, for all its contenders: a table of the output.
 *
 * @param workload the workload
 * @param threads the number of parallel threads
 * @param contenders the contenders in this order; at least one
 */
public record Block(Workload workload, int threads, List<Contender> contenders) {
  static final int MOST_THREADS = 1_024;

  public Block {
    contenders = List.copyOf(contenders);
    if (contenders.isEmpty()) {
      throw new IllegalArgumentException("no contender takes part in " + workload);
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "the threads must be 1 to " + MOST_THREADS + ": " + threads);
    }
  }

  /** The blocks of a run; none for a workload that no contender supports. */
  public static List<Block> of(
      Collection<Workload> workloads,
      Collection<Integer> threads,
      Collection<Contender> contenders) {
    var blocks = new ArrayList<Block>();
    for (Workload workload : workloads) {
      List<Contender> suited = contenders.stream()
          .filter(contender -> contender.isBounded() || !workload.needsBounds())
          .toList();
      if (!suited.isEmpty()) {
        Collection<Integer> each = workload.isTimed() ? threads : List.of(1);
        each.forEach(count -> blocks.add(new Block(workload, count, suited)));
      }
    }
    return blocks;
  }

  /** For example {@code mixed, 2 threads}. */
  @Override
  public String toString() {
    return workload.isTimed()
        ? workload + ", " + threads + (threads == 1 ? " thread" : " threads")
        : workload.toString();
  }
}
