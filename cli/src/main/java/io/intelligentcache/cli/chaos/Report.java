package io.intelligentcache.cli.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.intelligentcache.cli.chaos.Verdict.Kind;
import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.console.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a run, with the names that scripts may rely on.
 *
 * @param mode what the instances shared: one server, or a cluster
 * @param seed repeats the faults and the operations
 * @param instances how many
 * @param millis how long the faults went on
 * @param boundMillis what was allowed
 * @param reads judged
 * @param absentReads of them, those that found nothing
 * @param failedReads not judged: their load failed or came too late
 * @param excusedReads allowed only because of the clocks' error, or because the server forgot
 * @param writes puts and removals
 * @param acknowledgedWrites of them, those that Redis acknowledged
 * @param faults by kind
 * @param staleReads reads, allowed or not, of a value older than one that was acknowledged
 * @param worstStalenessMillis the oldest of them
 * @param violations by kind
 * @param keys how many
 * @param wrongAfterQuiescence keys that were not as they should be in the end
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
  "reads",
  "absentReads",
  "failedReads",
  "excusedReads",
  "writes",
  "acknowledgedWrites",
  "faults",
  "staleReads",
  "worstStalenessMillis",
  "violations",
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
    long reads,
    long absentReads,
    long failedReads,
    long excusedReads,
    long writes,
    long acknowledgedWrites,
    Map<String, Integer> faults,
    long staleReads,
    double worstStalenessMillis,
    Map<String, Long> violations,
    int keys,
    int wrongAfterQuiescence,
    List<String> examples,
    List<String> faultLog) {

  static Report of(
      Settings settings,
      Ledger ledger,
      long millis,
      long failedReads,
      Injector injector,
      FinalCheck finalCheck) {
    Map<String, Integer> faults = new LinkedHashMap<>();
    injector.counts().forEach((kind, count) -> faults.put(kind.label(), count));
    Map<String, Long> violations = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      violations.put(label(kind), ledger.violations(kind));
    }
    List<String> examples = new ArrayList<>(ledger.examples());
    examples.addAll(finalCheck.examples());
    return new Report(
        settings.mode().label(),
        settings.seed(),
        settings.instances(),
        millis,
        settings.bound().toMillis(),
        ledger.reads(),
        ledger.absent(),
        failedReads,
        ledger.excused(),
        ledger.writes(),
        ledger.acknowledged(),
        faults,
        ledger.staleReads(),
        ledger.worstStaleness().toNanos() / 1e6,
        violations,
        settings.keys().all().size(),
        finalCheck.wrong(),
        examples,
        injector.log());
  }

  private static String label(Kind kind) {
    return switch (kind) {
      case STALE -> "stale";
      case OWN_WRITE -> "ownWrite";
      case WRONG -> "wrong";
    };
  }

  /** Whether no promise was broken. */
  @JsonProperty
  boolean passed() {
    return violationCount() == 0 && wrongAfterQuiescence == 0;
  }

  long violationCount() {
    return violations.values().stream().mapToLong(Long::longValue).sum();
  }

  List<String> lines() {
    var lines = new ArrayList<String>();
    examples.forEach(example -> lines.addAll(example.lines().toList()));
    if (!examples.isEmpty()) {
      lines.add("faults, in the order of their ends:");
      faultLog.forEach(fault -> lines.add("    " + fault));
      lines.add("");
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
    table.row("worst staleness", String.format(Locale.ROOT, "%.1f ms", worstStalenessMillis));
    table.row("violations", Numbers.count(violationCount()));
    violations.forEach((kind, count) -> table.row("  " + kind, Numbers.count(count)));
    table.row("keys wrong after quiescence", wrongAfterQuiescence + " of " + keys);
    lines.addAll(table.lines().stream().skip(1).toList());
    return lines;
  }
}
