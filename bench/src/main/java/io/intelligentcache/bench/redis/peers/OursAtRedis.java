package io.intelligentcache.bench.redis.peers;

import io.intelligentcache.bench.redis.RemoteEntries;
import io.intelligentcache.bench.redis.RemoteUnderTest;
import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Our Redis tier, called through the tier interface. */
public final class OursAtRedis implements RemoteUnderTest {
  private static final Space SPACE = new Space("bench", "");

  /** Long enough that a busy moment of the machine does not end a measurement. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final RemoteEntries entries;
  private final Tier tier;

  public OursAtRedis(String url, RemoteEntries entries) {
    this.entries = entries;
    tier = Redis.at(url)
        .namespace("remote")
        .commandTimeout(TIMEOUT)
        .connectTimeout(TIMEOUT)
        .open(new TierContext(TimeSource.SYSTEM, new TimerThread("bench-timer"), Changes.IGNORED));
  }

  @Override
  public CompletionStage<?> get(int entry) {
    return tier.get(key(entry));
  }

  @Override
  public CompletionStage<?> put(int entry) {
    byte[] value = entries.value(entry);
    return tier.put(key(entry), new Item(value, value.length, false, 0, Item.NEVER));
  }

  private TierKey key(int entry) {
    return new TierKey(SPACE, entries.keyBytes("", entry));
  }

  @Override
  public boolean found(int entry, @Nullable Object answer) {
    return answer instanceof Lookup.Hit hit && entries.isValue(entry, hit.item().payload());
  }

  @Override
  public boolean stored(@Nullable Object answer) {
    return answer instanceof Outcome outcome
        && !(outcome instanceof Outcome.Refused || outcome instanceof Outcome.Unmet);
  }

  @Override
  public void close() {
    tier.close();
  }
}
