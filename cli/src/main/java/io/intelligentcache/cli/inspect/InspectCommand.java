package io.intelligentcache.cli.inspect;

import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.cli.console.Json;
import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.console.TextTable;
import io.intelligentcache.disk.DiskInspection;
import io.intelligentcache.disk.DiskInspection.Damage;
import io.intelligentcache.disk.DiskInspection.EntryInspection;
import io.intelligentcache.disk.DiskInspection.SegmentInspection;
import io.intelligentcache.disk.DiskInspection.SpaceInspection;
import io.intelligentcache.disk.DiskInspector;
import io.intelligentcache.tier.TierException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code icm inspect}: prints the content of a disk tier's directory. */
@Command(
    name = "inspect",
    description = {
      "Print the content of a disk tier's directory.",
      "Prints entries and bytes of each cache and tenant, segments and damage. Reads every record and "
          + "changes nothing. So it may run while the cache is open, and on a damaged directory."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:success; with --verify: nothing is damaged",
      "1:the directory can't be read",
      "2:wrong usage",
      "3:with --verify: something is damaged"
    },
    mixinStandardHelpOptions = true)
public final class InspectCommand implements Callable<Integer> {
  private static final int DAMAGED = 3;
  private static final int MOST_SPACES = 20;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The disk tier's directory.")
  private Path directory = Path.of("");

  @Option(names = "--verify", description = "List each damaged place. Exit code 3 if there is any.")
  private boolean verify;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "List the keys of N entries, beginning with the newest segment.")
  private @Nullable Integer keys;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** Called by picocli. */
  public InspectCommand() {}

  /** {@return the exit code: 0, or 3 if something is damaged and that was asked for} */
  @Override
  public Integer call() {
    if (keys != null && keys < 1) {
      throw Failure.usage("--keys must be 1 or more: " + keys);
    }
    DiskInspection found;
    try {
      found = DiskInspector.inspect(directory, keys == null ? 0 : keys);
    } catch (TierException failure) {
      throw Failure.of(String.valueOf(failure.getMessage()), failure);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(InspectionJson.of(found, keys != null)));
    } else {
      print(found, out);
      if (keys != null && !found.encrypted()) {
        out.println();
        keys(found).lines().forEach(out::println);
      }
      if (verify) {
        printDamage(found, out);
      }
    }
    out.flush();
    return verify && found.damaged() ? DAMAGED : 0;
  }

  private static void printDamage(DiskInspection found, PrintWriter out) {
    out.println();
    if (!found.damaged()) {
      out.println("nothing is damaged");
    }
    for (Damage damage : found.damage()) {
      out.println("damage: " + damage.file() + " at " + damage.offset() + ": " + damage.what());
    }
    long more = found.damagedRecords() - found.damage().size();
    if (more > 0) {
      out.println("and " + Numbers.count(more) + " more");
    }
  }

  private static void print(DiskInspection found, PrintWriter out) {
    out.println(found.directory() + ": format " + found.formatVersion() + ", "
        + found.state().name().toLowerCase(Locale.ROOT));
    if (found.inUseBy() != 0) {
      out.println("in use by the process with PID " + found.inUseBy()
          + ": the figures are read while it works, and may be slightly old");
    }
    if (found.encrypted()) {
      out.println("encrypted: keys can't be read, and cleared entries count as live");
    }
    if (!found.note().isEmpty()) {
      out.println("note: " + found.note());
    }
    new TextTable("", "")
        .row("live entries", Numbers.count(found.liveEntries()))
        .row("live bytes", Numbers.bytes(found.liveBytes()))
        .row("records", Numbers.count(found.records()))
        .row("damaged records", Numbers.count(found.damagedRecords()))
        .row("segments", Numbers.count(found.segments().size()))
        .row("free segments", Numbers.count(found.freeSegments()))
        .row("segment size", Numbers.bytes(found.segmentBytes()))
        .row("all files", Numbers.bytes(found.fileBytes()))
        .lines()
        .forEach(out::println);
    if (!found.spaces().isEmpty()) {
      out.println();
      spaces(found).lines().forEach(out::println);
      int more = found.spaces().size() - MOST_SPACES;
      if (more > 0) {
        out.println("and " + Numbers.count(more) + " more with fewer bytes; --json lists all");
      }
    }
    if (!found.segments().isEmpty()) {
      out.println();
      segments(found).lines().forEach(out::println);
    }
  }

  private static TextTable spaces(DiskInspection found) {
    var table = new TextTable("cache", "tenant", "live", "live bytes");
    for (SpaceInspection space :
        found.spaces().subList(0, Math.min(MOST_SPACES, found.spaces().size()))) {
      table.row(
          printable(space.cache()),
          printable(space.tenant()),
          Numbers.count(space.liveEntries()),
          Numbers.bytes(space.liveBytes()));
    }
    return table;
  }

  private static TextTable keys(DiskInspection found) {
    var table = new TextTable("key", "cache", "tenant", "bytes", "expires");
    for (EntryInspection entry : found.entries()) {
      long expires = entry.expiresAtMillis();
      table.row(
          printable(entry.key()),
          printable(entry.cache()),
          printable(entry.tenant()),
          Numbers.count(entry.bytes()),
          expires == Long.MAX_VALUE ? "never" : Instant.ofEpochMilli(expires).toString());
    }
    return table;
  }

  /** Escapes control characters, and characters that change the direction of text. */
  private static String printable(String text) {
    return UNPRINTABLE
        .matcher(text)
        .replaceAll(
            found -> String.format(Locale.ROOT, "\\\\u%04x", (int) found.group().charAt(0)));
  }

  private static TextTable segments(DiskInspection found) {
    var table = new TextTable(
        "segment",
        "generation",
        "sealed",
        "index",
        "used",
        "records",
        "live",
        "live bytes",
        "damaged");
    for (SegmentInspection segment : found.segments()) {
      table.row(
          segment.file(),
          String.valueOf(segment.generation()),
          segment.sealed() ? "yes" : "no",
          segment.indexed() ? "yes" : "no",
          Numbers.bytes(segment.usedBytes()),
          Numbers.count(segment.records()),
          Numbers.count(segment.liveEntries()),
          Numbers.bytes(segment.liveBytes()),
          Numbers.count(segment.damagedRecords()));
    }
    return table;
  }
}
