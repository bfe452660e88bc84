package io.intelligentcache.bench.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.intelligentcache.bench.measure.Median;
import io.intelligentcache.bench.measure.Rounded;
import io.intelligentcache.bench.measure.Sample;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of one contender in one timed workload.
 *
 * @param workload the name of the workload
 * @param threads the number of parallel threads
 * @param contender the name of the contender
 * @param rounds how often it was measured; all figures are medians of these
 * @param opsPerMicrosecond operations of all threads together
 * @param error half the distance between the slowest and the fastest round
 * @param besideCaffeine operations per operation of Caffeine; null if Caffeine was not measured
 * @param bytesPerOp allocated bytes per operation
 * @param hitRatio hits per read; null if every read hits or there are no reads
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "workload",
  "threads",
  "contender",
  "rounds",
  "opsPerMicrosecond",
  "error",
  "besideCaffeine",
  "bytesPerOp",
  "hitRatio"
})
record TimedLine(
    String workload,
    int threads,
    String contender,
    int rounds,
    double opsPerMicrosecond,
    double error,
    @Nullable Double besideCaffeine,
    double bytesPerOp,
    @Nullable Double hitRatio)
    implements MemoryLine {

  static List<MemoryLine> of(Block block, Map<Contender, List<Sample>> samples) {
    double caffeine =
        Median.of(samples.getOrDefault(Contender.CAFFEINE, List.of()), Sample::opsPerMicrosecond);
    return block.contenders().stream()
        .map(
            contender -> of(block, contender, samples.getOrDefault(contender, List.of()), caffeine))
        .toList();
  }

  private static MemoryLine of(
      Block block, Contender contender, List<Sample> samples, double caffeine) {
    double ops = Median.of(samples, Sample::opsPerMicrosecond);
    return new TimedLine(
        block.workload().toString(),
        block.threads(),
        contender.toString(),
        samples.size(),
        Rounded.of(ops),
        Rounded.of(halfRange(samples)),
        Rounded.ratio(ops, caffeine),
        Rounded.of(Median.of(samples, Sample::bytesPerOp)),
        Rounded.ratio(Median.of(samples, Sample::hitRatio), 1));
  }

  private static double halfRange(List<Sample> samples) {
    var range = samples.stream().mapToDouble(Sample::opsPerMicrosecond).summaryStatistics();
    return (range.getMax() - range.getMin()) / 2;
  }
}
