package io.intelligentcache.bench.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.intelligentcache.bench.measure.Rounded;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The heap per entry of one contender in addition to keys and values.
 *
 * @param workload the name of the workload
 * @param contender the name of the contender
 * @param entries the number of entries
 * @param bytesPerEntry bytes of heap
 * @param besideCaffeine bytes per byte of Caffeine; null if Caffeine was not measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"workload", "contender", "entries", "bytesPerEntry", "besideCaffeine"})
record MetadataLine(
    String workload,
    String contender,
    int entries,
    double bytesPerEntry,
    @Nullable Double besideCaffeine)
    implements MemoryLine {

  static List<MemoryLine> of(Block block, Map<Contender, Double> bytesPerEntry) {
    double caffeine = bytesPerEntry.getOrDefault(Contender.CAFFEINE, Double.NaN);
    return block.contenders().stream()
        .<MemoryLine>map(contender -> {
          double bytes = bytesPerEntry.getOrDefault(contender, Double.NaN);
          return new MetadataLine(
              block.workload().toString(),
              contender.toString(),
              Footprint.ENTRIES,
              Rounded.of(bytes),
              Rounded.ratio(bytes, caffeine));
        })
        .toList();
  }
}
