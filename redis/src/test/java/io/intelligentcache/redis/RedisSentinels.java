package io.intelligentcache.redis;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A primary, a replica if there may be a failover, and sentinels that watch over them and fail over by a vote of one. */
public final class RedisSentinels implements AutoCloseable {
  public static final String NAME = "main";

  private final RedisServerProcess first;
  private final @Nullable RedisServerProcess second;
  private final List<RedisServerProcess> sentinels = new ArrayList<>();

  /**
   * Starts the servers and the sentinels. Each password may be empty for none. A sentinel considers a server down when
   * it is silent for {@code downAfter}.
   *
   * @param replicas 1, or 0: a replica takes seconds to start
   */
  private RedisSentinels(
      int count, int replicas, Duration downAfter, String password, String sentinelPassword) {
    first = server(password);
    second = replicas == 0 ? null : replica(first, password);
    for (int i = 0; i < count; i++) {
      List<String> lines = new ArrayList<>(List.of(
          "sentinel monitor " + NAME + " 127.0.0.1 " + first.port() + " 1",
          "sentinel down-after-milliseconds " + NAME + " " + downAfter.toMillis(),
          "sentinel failover-timeout " + NAME + " 3000"));
      if (!password.isEmpty()) {
        lines.add("sentinel auth-pass " + NAME + " " + password);
      }
      if (!sentinelPassword.isEmpty()) {
        lines.add("requirepass " + sentinelPassword);
      }
      sentinels.add(RedisServerProcess.launchSentinel(lines.toArray(String[]::new)));
    }
    // A sentinel can only fail over when it knows the replica. The sentinels have a majority only
    // when they know each other.
    for (RedisServerProcess each : sentinels) {
      try (RawRedis sentinel = new RawRedis(each, sentinelPassword)) {
        await()
            .atMost(60, SECONDS)
            .pollInterval(20, MILLISECONDS)
            .until(() -> sentinel
                .commands()
                .info("sentinel")
                .contains("slaves=" + replicas + ",sentinels=" + count));
      }
    }
  }

  /** One sentinel that never fails over, however long the machine pauses. */
  public static RedisSentinels ofOne() {
    return withPasswords("", "");
  }

  /** This number of sentinels, which fail over soon. */
  public static RedisSentinels failingOver(int count) {
    return new RedisSentinels(count, 1, Duration.ofMillis(500), "", "");
  }

  public static RedisSentinels withPasswords(String password, String sentinelPassword) {
    return new RedisSentinels(1, 0, Duration.ofMinutes(5), password, sentinelPassword);
  }

  private static RedisServerProcess replica(RedisServerProcess primary, String password) {
    RedisServerProcess replica = server(
        password, "--replicaof", "127.0.0.1 " + primary.port(), "--repl-diskless-sync-delay", "0");
    try (RawRedis raw = new RawRedis(replica, password)) {
      // Sentinels ask for replicas when they start, and then only every ten seconds.
      await()
          .atMost(30, SECONDS)
          .until(() -> raw.commands().info("replication").contains("master_link_status:up"));
    }
    return replica;
  }

  private static RedisServerProcess server(String password, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    if (!password.isEmpty()) {
      all.addAll(List.of("--requirepass", password, "--masterauth", password));
    }
    return RedisServerProcess.launch(all.toArray(String[]::new));
  }

  /** The first primary. */
  public RedisServerProcess first() {
    return first;
  }

  /** The first replica. */
  public RedisServerProcess second() {
    return requireNonNull(second);
  }

  public RedisServerProcess sentinel(int i) {
    return sentinels.get(i);
  }

  public String url() {
    return sentinels.get(0).url();
  }

  @Override
  public void close() {
    sentinels.forEach(RedisServerProcess::close);
    first.close();
    if (second != null) {
      second.close();
    }
  }
}
