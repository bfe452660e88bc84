package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * The process that {@link KillTest} kills. In a tier that is full, it puts (some entries with an
 * expiry), overwrites, removes, clears tenants, removes by pattern, reads, closes and opens again.
 * It prints one line for each completed operation. For an operation that may remove many keys, it
 * also prints a line when it begins.
 */
final class KilledWriter {
  static final int KEYS = 2_000;
  static final int TENANTS = 4;
  static final int LARGEST = 2_000;
  static final long MAXIMUM_BYTES = 16_000_000;
  private static final int AT_ONCE = 16;

  private final Random random;
  private final Path directory;
  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
  private final List<Open> open = new ArrayList<>();
  private final StringBuilder lines = new StringBuilder();

  private KilledWriter(Path directory, long seed) {
    this.directory = directory;
    this.random = new Random(seed);
  }

  private record Open(String line, CompletableFuture<Outcome> answer) {}

  public static void main(String[] args) {
    var writer = new KilledWriter(Path.of(args[0]), Long.parseLong(args[1]));
    int version = Integer.parseInt(args[2]);
    boolean encrypted = Boolean.parseBoolean(args[3]);
    writer.say("ready");
    while (true) {
      try (Tier tier = open(writer.directory, encrypted)) {
        int last = version + 500 + writer.random.nextInt(20_000);
        for (; version < last; version++) {
          writer.step(tier, version);
        }
        writer.settle();
      }
    }
  }

  static Tier open(Path directory, boolean encrypted) {
    Disk disk = Disk.at(directory).maximumBytes(MAXIMUM_BYTES);
    return (encrypted ? disk.encryptedWith(Fixture.KEY) : disk)
        .open(TierContexts.of(TimeSource.SYSTEM));
  }

  static Space space(int tenant) {
    return new Space("users", "t" + tenant);
  }

  static TierKey key(int key) {
    return new TierKey(space(key % TENANTS), ("k" + key).getBytes(UTF_8));
  }

  private void step(Tier tier, int version) {
    // Some keys rarely change, so that their entries are relocated, if they are read meanwhile.
    int key = random.nextInt(1 + random.nextInt(KEYS));
    var unused = tier.get(key(random.nextInt(KEYS)));
    int what = random.nextInt(2_000);
    if (what == 0) {
      int tenant = random.nextInt(TENANTS);
      say("begin " + tenant);
      open.add(new Open("clear " + tenant + " " + version, tier.clear(space(tenant))));
    } else if (what <= 2) {
      int tenant = random.nextInt(TENANTS);
      String end = Integer.toString(random.nextInt(10));
      say("begin " + tenant);
      open.add(new Open(
          "match " + tenant + " " + version + " " + end,
          tier.removeMatching(space(tenant), name -> new String(name, UTF_8).endsWith(end))));
    } else if (what < 400) {
      open.add(new Open("remove " + key + " " + version, tier.remove(key(key))));
    } else {
      long expiry =
          random.nextInt(8) == 0 ? System.currentTimeMillis() + random.nextInt(3_000) : Item.NEVER;
      byte[] value =
          value(key + "/" + version + "/" + expiry, random.nextInt(LARGEST)).getBytes(UTF_8);
      open.add(new Open(
          "put " + key + " " + version + " " + expiry,
          tier.put(key(key), new Item(value, value.length, false, 7, expiry))));
    }
    if (open.size() == AT_ONCE) {
      settle();
    }
  }

  private void settle() {
    for (Open one : open) {
      if (!(one.answer().join() instanceof Outcome.Done)) {
        lines.append("un"); // like one without an answer: nothing is promised
      }
      lines.append(one.line()).append('\n');
    }
    open.clear();
    out.print(lines);
    lines.setLength(0);
    say("settled");
  }

  private void say(String line) {
    out.print(line + "\n");
    out.flush();
  }
}
