package io.intelligentcache.bench.disk.peers;

import io.intelligentcache.bench.disk.StoreUnderTest;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Our disk tier, used as the memory tier uses it. The first put of a key is acknowledged at once. An
 * overwrite is acknowledged when the file has it: up to a limit such puts may be pending, then a put
 * waits for the oldest one. Puts are for one thread.
 */
public final class OursOnDisk implements StoreUnderTest {
  private static final int UNDER_WAY = 1_024;
  private static final Space SPACE = new Space("bench", "");
  private static final TierKey LAST =
      new TierKey(SPACE, "written last".getBytes(StandardCharsets.UTF_8));
  private static final Outcome BUSY = new Outcome.Refused(Reason.BUSY);

  private final Tier tier;
  private final ArrayDeque<CompletableFuture<Outcome>> underWay = new ArrayDeque<>();

  public OursOnDisk(Path directory, long maximumBytes) {
    tier = Disk.at(directory)
        .maximumBytes(Math.max(4_000_000, maximumBytes))
        .open(new TierContext(TimeSource.SYSTEM, new TimerThread("bench-timer"), Changes.IGNORED));
  }

  @Override
  public boolean put(int entry, byte[] key, byte[] value) {
    CompletableFuture<Outcome> answer = tier.put(key(key), item(value));
    if (answer.isDone()) {
      return stored(answer);
    }
    underWay.add(answer);
    return underWay.size() <= UNDER_WAY || stored(underWay.remove());
  }

  /** A refusal is a failure, unless the queue is full. */
  private static boolean stored(CompletableFuture<Outcome> answer) {
    Outcome outcome = answer.join();
    if (outcome instanceof Outcome.Refused && !outcome.equals(BUSY)) {
      throw new IllegalStateException("our disk tier has refused a put: " + outcome);
    }
    return outcome instanceof Outcome.Done;
  }

  @Override
  public byte @Nullable [] get(int entry, byte[] key) {
    Lookup answer = tier.get(key(key)).join();
    if (answer instanceof Lookup.Hit hit) {
      return hit.item().payload();
    }
    if (answer instanceof Lookup.Refused) {
      throw new IllegalStateException("our disk tier has refused a get: " + answer);
    }
    return null;
  }

  /** The tombstone is acknowledged when the file has it, together with everything before it. */
  @Override
  public void settle() {
    while (!underWay.isEmpty()) {
      stored(underWay.remove());
    }
    while (!stored(tier.put(LAST, item(new byte[0])))) {
      Thread.onSpinWait(); // the put itself has waited
    }
    stored(tier.remove(LAST));
  }

  @Override
  public void close() {
    tier.close();
  }

  private static TierKey key(byte[] key) {
    return new TierKey(SPACE, key);
  }

  private static Item item(byte[] value) {
    return new Item(value, value.length, false, 0, Item.NEVER);
  }
}
