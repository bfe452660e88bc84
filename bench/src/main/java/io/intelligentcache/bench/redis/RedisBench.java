package io.intelligentcache.bench.redis;

import io.intelligentcache.bench.measure.Progress;
import io.intelligentcache.bench.measure.WrongAnswerException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Runs workloads, one after the other. In each round of a workload every contender has one turn. So a
 * moment in which the machine is busy does not affect one contender alone.
 */
final class RedisBench {
  private final RedisScale scale;
  private final RedisTurns turns;
  private final Progress progress;
  private final PrintWriter err;
  private int failures;

  RedisBench(RedisScale scale, RedisTurns turns, Progress progress, PrintWriter err) {
    this.scale = scale;
    this.turns = turns;
    this.progress = progress;
    this.err = err;
  }

  /** The approximate time of each workload that has contenders. */
  static List<Duration> planned(
      RedisScale scale,
      Collection<RedisWorkload> workloads,
      Collection<RedisContender> contenders) {
    return workloads.stream()
        .map(workload ->
            scale.of(workload, contenders.stream().filter(workload::suits).count()))
        .filter(time -> !time.isZero())
        .toList();
  }

  /**
   * Passes on the lines of a workload as soon as all are measured. A contender that fails is left out.
   *
   * @return all lines
   */
  List<RedisLine> run(
      Collection<RedisWorkload> workloads,
      Collection<RedisContender> contenders,
      BiConsumer<RedisWorkload, List<RedisLine>> done)
      throws InterruptedException {
    var all = new ArrayList<RedisLine>();
    for (RedisWorkload workload : workloads) {
      var taking = new ArrayList<>(contenders.stream().filter(workload::suits).toList());
      if (!taking.isEmpty()) {
        progress.begin(workload.toString(), scale.of(workload, taking.size()));
        List<RedisLine> lines =
            workload == RedisWorkload.PROPAGATION ? propagation(taking) : rates(workload, taking);
        done.accept(workload, lines);
        all.addAll(lines);
      }
    }
    return all;
  }

  private List<RedisLine> rates(RedisWorkload workload, List<RedisContender> taking)
      throws InterruptedException {
    var rates = new EnumMap<RedisContender, List<Double>>(RedisContender.class);
    rounds(workload, taking, (contender, counts) -> {
      double rate = turns.rate(workload, contender);
      if (counts) {
        rates.computeIfAbsent(contender, absent -> new ArrayList<>()).add(rate);
      }
    });
    rates.keySet().retainAll(taking);
    return taking.stream()
        .map(contender -> RateLine.of(workload, contender, rates))
        .toList();
  }

  private List<RedisLine> propagation(List<RedisContender> taking) throws InterruptedException {
    Map<RedisContender, Propagation> measured = new EnumMap<>(RedisContender.class);
    var ignored = new Propagation();
    taking.forEach(contender -> measured.put(contender, new Propagation()));
    rounds(
        RedisWorkload.PROPAGATION,
        taking,
        (contender, counts) -> turns.propagate(
            contender, counts ? measured.getOrDefault(contender, ignored) : ignored));
    measured.keySet().retainAll(taking);
    return measured.entrySet().stream()
        .map(entry -> PropagationLine.of(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Runs the rounds, in each of which every contender has a turn. Removes contenders that fail. */
  private void rounds(RedisWorkload workload, List<RedisContender> taking, Turn turn)
      throws InterruptedException {
    for (int round = -scale.warmUpsOf(workload); round < scale.roundsOf(workload); round++) {
      for (RedisContender contender : List.copyOf(taking)) {
        try {
          turn.take(contender, round >= 0);
        } catch (WrongAnswerException | IOException | RuntimeException | LinkageError failure) {
          taking.remove(contender);
          failures++;
          err.println("icm: " + workload + ", " + contender + " failed: " + failure);
          err.flush();
        }
      }
    }
  }

  /** A turn of one contender. */
  @FunctionalInterface
  private interface Turn {
    void take(RedisContender contender, boolean counts)
        throws WrongAnswerException, IOException, InterruptedException;
  }

  /** How many contenders could not be measured or gave wrong answers. */
  int failures() {
    return failures;
  }
}
