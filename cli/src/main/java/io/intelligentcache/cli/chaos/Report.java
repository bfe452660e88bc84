package io.intelligentcache.cli.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.Injector;
import io.intelligentcache.cli.chaos.judge.Ledger;
import io.intelligentcache.cli.chaos.judge.Verdict.Kind;
import io.intelligentcache.cli.chaos.traffic.FinalCheck;
import io.intelligentcache.cli.chaos.traffic.Lane;
import io.intelligentcache.cli.chaos.traffic.Lanes;
import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.console.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The result of a run. Scripts may rely on the names of its components.
 *
 * @param mode what the instances shared: one server, or a cluster
 * @param seed repeats the faults and the operations
 * @param instances how many instances ran
 * @param millis how long faults were injected
 * @param boundMillis the staleness bound of the instances
 * @param boundedMillis how long the bounded cache returns copies that can't be confirmed
 * @param reads reads that were judged
 * @param absentReads judged reads that found nothing
 * @param failedReads reads that were not judged, because their load failed or timed out
 * @param excusedReads allowed reads that would be a violation without an excuse
 * @param writes puts and removals
 * @param acknowledgedWrites writes that Redis acknowledged
 * @param faults number of faults by kind
 * @param faultsLeftOut faults that this machine does not support
 * @param staleReads reads, allowed or not, of a value older than an acknowledged one
 * @param violations number by kind, of all caches together
 * @param caches results by policy
 * @param keys number of keys, in all caches together
 * @param wrongAfterQuiescence number of keys that were wrong in the final check
 * @param examples the first violations
 * @param faultLog the latest faults
 */
@JsonPropertyOrder({
  "passed",
  "mode",
  "seed",
  "instances",
  "millis",
  "boundMillis",
  "boundedMillis",
  "reads",
  "absentReads",
  "failedReads",
  "excusedReads",
  "writes",
  "acknowledgedWrites",
  "faults",
  "faultsLeftOut",
  "staleReads",
  "violations",
  "caches",
  "keys",
  "wrongAfterQuiescence",
  "examples",
  "faultLog"
})
record Report(
    String mode,
    long seed,
    int instances,
    long millis,
    long boundMillis,
    long boundedMillis,
    long reads,
    long absentReads,
    long failedReads,
    long excusedReads,
    long writes,
    long acknowledgedWrites,
    Map<String, Integer> faults,
    List<String> faultsLeftOut,
    long staleReads,
    Map<String, Long> violations,
    Map<String, PerCache> caches,
    int keys,
    int wrongAfterQuiescence,
    List<String> examples,
    List<String> faultLog) {

  /**
   * The result of one cache.
   *
   * @param reads reads that were judged
   * @param staleReads reads, allowed or not, of a value older than an acknowledged one
   * @param worstStalenessMillis the longest staleness of those reads
   * @param violations number by kind
   * @param wrongAfterQuiescence number of keys that were wrong in the final check
   */
  record PerCache(
      long reads,
      long staleReads,
      double worstStalenessMillis,
      Map<String, Long> violations,
      int wrongAfterQuiescence) {
    private static PerCache of(Lane lane, FinalCheck finalCheck) {
      Ledger ledger = lane.ledger();
      return new PerCache(
          ledger.reads(),
          ledger.staleReads(),
          ledger.worstStaleness().toNanos() / 1e6,
          byKind(ledger::violations),
          finalCheck.wrong(lane.policy()));
    }

    private String shown(String policy) {
      return String.format(
          Locale.ROOT,
          "%s: %s stale reads, worst %.1f ms, %s, %d keys wrong",
          policy,
          Numbers.count(staleReads),
          worstStalenessMillis,
          Report.shown(violations),
          wrongAfterQuiescence);
    }
  }

  static Report of(
      Settings settings,
      Lanes lanes,
      long millis,
      long failedReads,
      Injector injector,
      Set<FaultKind> leftOut,
      FinalCheck finalCheck) {
    Map<String, Integer> faults = new LinkedHashMap<>();
    injector.counts().forEach((kind, count) -> faults.put(kind.label(), count));
    Map<String, PerCache> caches = new LinkedHashMap<>();
    List<String> examples = new ArrayList<>();
    for (Lane lane : lanes.all()) {
      caches.put(lane.policy().label(), PerCache.of(lane, finalCheck));
      lane.ledger()
          .examples()
          .forEach(example -> examples.add(lane.policy().label() + " " + example));
    }
    examples.addAll(finalCheck.examples());
    return new Report(
        settings.mode().label(),
        settings.seed(),
        settings.instances(),
        millis,
        settings.bound().toMillis(),
        settings.longestUnconfirmed().toMillis(),
        lanes.sum(Ledger::reads),
        lanes.sum(Ledger::absent),
        failedReads,
        lanes.sum(Ledger::excused),
        lanes.sum(Ledger::writes),
        lanes.sum(Ledger::acknowledged),
        faults,
        leftOut.stream().map(FaultKind::label).sorted().toList(),
        lanes.sum(Ledger::staleReads),
        byKind(kind -> lanes.sum(ledger -> ledger.violations(kind))),
        caches,
        lanes.all().size() * settings.keys().all().size(),
        caches.values().stream().mapToInt(PerCache::wrongAfterQuiescence).sum(),
        examples,
        injector.log());
  }

  private static Map<String, Long> byKind(ToLongFunction<Kind> count) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      counts.put(label(kind), count.applyAsLong(kind));
    }
    return counts;
  }

  private static String label(Kind kind) {
    return switch (kind) {
      case STALE -> "stale";
      case OWN_WRITE -> "ownWrite";
      case WRONG -> "wrong";
      case DISAGREED -> "disagreed";
      case HEARD -> "heard";
      case EXPIRED -> "expired";
    };
  }

  /** Whether the run found no violation and no wrong key. */
  @JsonProperty
  boolean passed() {
    return violationCount() == 0 && wrongAfterQuiescence == 0;
  }

  long violationCount() {
    return sum(violations);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String shown(Map<String, Long> violations) {
    String each = violations.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(entry -> entry.getKey() + " " + Numbers.count(entry.getValue()))
        .collect(Collectors.joining(", "));
    return Numbers.count(sum(violations)) + " violations" + (each.isEmpty() ? "" : ": " + each);
  }

  List<String> lines() {
    var lines = new ArrayList<String>();
    examples.forEach(example -> lines.addAll(example.lines().toList()));
    if (!examples.isEmpty()) {
      lines.add("faults, in the order of their ends:");
      faultLog.forEach(fault -> lines.add("    " + fault));
      lines.add("");
    }
    if (!faultsLeftOut.isEmpty()) {
      lines.add(
          "left out, because this machine can't have them: " + String.join(", ", faultsLeftOut));
    }
    var table = new TextTable("", "");
    table.row("instances over one " + mode, Numbers.count(instances));
    table.row("reads", Numbers.count(reads));
    table.row("  found nothing", Numbers.count(absentReads));
    table.row("  failed to load", Numbers.count(failedReads));
    table.row("  excused", Numbers.count(excusedReads));
    table.row("writes", Numbers.count(writes));
    table.row("  acknowledged", Numbers.count(acknowledgedWrites));
    table.row("faults", Numbers.count(faults.values().stream().mapToInt(i -> i).sum()));
    faults.forEach((kind, count) -> table.row("  " + kind, Numbers.count(count)));
    table.row("stale reads, within the bound or not", Numbers.count(staleReads));
    table.row("violations", Numbers.count(violationCount()));
    violations.forEach((kind, count) -> table.row("  " + kind, Numbers.count(count)));
    table.row("keys wrong after quiescence", wrongAfterQuiescence + " of " + keys);
    lines.addAll(table.lines().stream().skip(1).toList());
    caches.forEach((policy, cache) -> lines.add(cache.shown(policy)));
    return lines;
  }
}
