package io.intelligentcache.bench.redis;

import com.fasterxml.jackson.annotation.JsonValue;
import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.redis.peers.OursAtRedis;
import io.intelligentcache.bench.redis.peers.OursShared;
import io.intelligentcache.bench.redis.peers.RawLettuce;
import io.intelligentcache.bench.redis.peers.WithJetCache;
import io.intelligentcache.bench.redis.peers.WithJetCacheRemote;
import io.intelligentcache.bench.redis.peers.WithRedisson;
import io.intelligentcache.bench.redis.peers.WithRedissonBuckets;
import java.util.Locale;

/** The contenders in the measurements of the Redis tier and of coherence. */
public enum RedisContender {
  /** Lettuce alone: the upper limit. */
  RAW,
  OURS,
  /** Our manager without Redis. */
  ALONE,
  REDISSON,
  /** Redisson that sends the new values to other instances, not only invalidations. */
  UPDATING,
  JETCACHE;

  RemoteUnderTest openRemote(String url, RemoteEntries entries) {
    return switch (this) {
      case RAW -> new RawLettuce(url, entries);
      case OURS -> new OursAtRedis(url, entries);
      case REDISSON -> new WithRedissonBuckets(url, entries);
      case JETCACHE -> new WithJetCacheRemote(url, entries);
      case ALONE, UPDATING -> throw new IllegalArgumentException("no remote store: " + this);
    };
  }

  public CacheUnderTest openCache(String url) {
    return switch (this) {
      case OURS -> OursShared.over(url);
      case ALONE -> OursShared.alone();
      case REDISSON -> WithRedisson.invalidating(url);
      case UPDATING -> WithRedisson.updating(url);
      case JETCACHE -> new WithJetCache(url);
      case RAW -> throw new IllegalArgumentException("no cache: " + this);
    };
  }

  /** The name on the command line and in the output. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
