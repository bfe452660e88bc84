package io.intelligentcache.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;

/** A primary, a replica, and sentinels that watch over them and may fail over by a vote of one. */
final class RedisSentinels implements AutoCloseable {
  static final String NAME = "main";

  private final RedisServerProcess first;
  private final RedisServerProcess second;
  private final List<RedisServerProcess> sentinels = new ArrayList<>();

  /** Servers with this password, or none; sentinels with another, or none. */
  private RedisSentinels(int count, String password, String sentinelPassword) {
    first = server(password);
    second = server(
        password, "--replicaof", "127.0.0.1 " + first.port(), "--repl-diskless-sync-delay", "0");
    for (int i = 0; i < count; i++) {
      List<String> lines = new ArrayList<>(List.of(
          "sentinel monitor " + NAME + " 127.0.0.1 " + first.port() + " 1",
          "sentinel down-after-milliseconds " + NAME + " 500",
          "sentinel failover-timeout " + NAME + " 3000"));
      if (!password.isEmpty()) {
        lines.add("sentinel auth-pass " + NAME + " " + password);
      }
      if (!sentinelPassword.isEmpty()) {
        lines.add("requirepass " + sentinelPassword);
      }
      sentinels.add(RedisServerProcess.launchSentinel(lines.toArray(String[]::new)));
    }
    try (RawRedis replica = new RawRedis(second, password);
        RawRedis sentinel = new RawRedis(sentinels.get(0), sentinelPassword)) {
      await()
          .atMost(30, SECONDS)
          .pollInterval(20, MILLISECONDS)
          .until(() -> replica.commands().info("replication").contains("master_link_status:up"));
      // Until the sentinel has heard of the replica it has nobody to fail over to.
      await()
          .atMost(30, SECONDS)
          .pollInterval(20, MILLISECONDS)
          .until(() -> sentinel.commands().info("sentinel").contains("slaves=1"));
    }
  }

  static RedisSentinels of(int count) {
    return new RedisSentinels(count, "", "");
  }

  static RedisSentinels withPasswords(String password, String sentinelPassword) {
    return new RedisSentinels(1, password, sentinelPassword);
  }

  private static RedisServerProcess server(String password, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    if (!password.isEmpty()) {
      all.addAll(List.of("--requirepass", password, "--masterauth", password));
    }
    return RedisServerProcess.launch(all.toArray(String[]::new));
  }

  /** The primary of the beginning. */
  RedisServerProcess first() {
    return first;
  }

  /** Its replica. */
  RedisServerProcess second() {
    return second;
  }

  RedisServerProcess sentinel(int i) {
    return sentinels.get(i);
  }

  String url() {
    return sentinels.get(0).url();
  }

  @Override
  public void close() {
    sentinels.forEach(RedisServerProcess::close);
    first.close();
    second.close();
  }
}
