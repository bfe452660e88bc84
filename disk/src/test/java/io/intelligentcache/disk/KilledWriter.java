package io.intelligentcache.disk;

import static io.intelligentcache.disk.Fixture.item;
import static io.intelligentcache.disk.Fixture.key;
import static io.intelligentcache.disk.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TimeSource;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * The process that {@link KillTest} kills: writes, overwrites and removes, and says on its standard
 * output what was answered, one line per operation: {@code key version}, the version negative for a removal.
 */
final class KilledWriter {
  static final int KEYS = 2_000;

  private KilledWriter() {}

  private record Open(String line, CompletableFuture<Outcome> answer) {}

  public static void main(String[] args) {
    var random = new Random(Long.parseLong(args[1]));
    int from = Integer.parseInt(args[2]);
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
    var tier =
        Disk.at(Path.of(args[0])).maximumMegabytes(64).open(new TierContext(TimeSource.SYSTEM));
    out.println("ready");
    var open = new ArrayDeque<Open>();
    StringBuilder lines = new StringBuilder();
    for (int version = from; version < from + 100_000; version++) {
      String key = "k" + random.nextInt(KEYS);
      if (random.nextInt(5) == 0) {
        open.add(new Open(key + " -" + version, tier.remove(key(key))));
      } else {
        String value = value(key + "/" + version, random.nextInt(2_000));
        open.add(new Open(key + " " + version, tier.put(key(key), item(value))));
      }
      if (open.size() == 16) {
        for (Open one : open) {
          if (!(one.answer().join() instanceof Outcome.Done)) {
            throw new IllegalStateException("refused: " + one);
          }
          lines.append(one.line()).append('\n');
        }
        open.clear();
        out.print(lines);
        out.flush();
        lines.setLength(0);
      }
    }
    tier.close();
  }
}
