package io.intelligentcache.bench.redis;

import static io.intelligentcache.bench.redis.RedisContender.ALONE;
import static io.intelligentcache.bench.redis.RedisContender.JETCACHE;
import static io.intelligentcache.bench.redis.RedisContender.OURS;
import static io.intelligentcache.bench.redis.RedisContender.RAW;
import static io.intelligentcache.bench.redis.RedisContender.REDISSON;
import static io.intelligentcache.bench.redis.RedisContender.UPDATING;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The workloads over Redis. */
public enum RedisWorkload {
  GET(RAW, "reads from Redis, 1 KiB, one at a time; operations a second"),
  GET4(RAW, "the same on 4 threads"),
  GET256(RAW, "the same asynchronously, 256 in flight"),
  PUT(RAW, "writes to Redis, 1 KiB, one at a time; operations a second"),
  PUT4(RAW, "the same on 4 threads"),
  PUT256(RAW, "the same asynchronously, 256 in flight"),
  HITS(ALONE, "reads from memory while coherence is on, one thread; operations a second"),
  PROPAGATION(null, "from the call of put until another instance returns the value");

  private static final Set<RedisContender> REMOTE = EnumSet.of(RAW, OURS, REDISSON, JETCACHE);
  private static final Set<RedisContender> CACHES = EnumSet.of(ALONE, OURS, REDISSON, JETCACHE);
  private static final Set<RedisContender> SHARED = EnumSet.of(OURS, REDISSON, UPDATING, JETCACHE);

  private static final int MANY_THREADS = 4;
  private static final int IN_FLIGHT = 256;

  private final @Nullable RedisContender base;
  private final String description;

  RedisWorkload(@Nullable RedisContender base, String description) {
    this.base = base;
    this.description = description;
  }

  /** The contender by whose figure all figures are divided; null if they are not divided. */
  @Nullable
  RedisContender base() {
    return base;
  }

  boolean suits(RedisContender contender) {
    return switch (this) {
      case GET, GET4, GET256, PUT, PUT4, PUT256 -> REMOTE.contains(contender);
      case HITS -> CACHES.contains(contender);
      case PROPAGATION -> SHARED.contains(contender);
    };
  }

  /** The load on a store; null if the workload measures a cache. */
  @Nullable
  RemoteLoad load() {
    return switch (this) {
      case GET -> new RemoteLoad(false, 1, 1);
      case GET4 -> new RemoteLoad(false, MANY_THREADS, 1);
      case GET256 -> new RemoteLoad(false, 1, IN_FLIGHT);
      case PUT -> new RemoteLoad(true, 1, 1);
      case PUT4 -> new RemoteLoad(true, MANY_THREADS, 1);
      case PUT256 -> new RemoteLoad(true, 1, IN_FLIGHT);
      case HITS, PROPAGATION -> null;
    };
  }

  String description() {
    return description;
  }

  /** The name on the command line and in the output. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
