package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.stats.Health;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Puts right after the start are stored, and the health report is right from then on. */
final class ColdStartTest extends SharedRedis {
  private static final int PUTS = 1_024;
  private static final int BUSY = 3;

  private static TieredCacheManager open(String url, String namespace) {
    return TieredCacheManager.builder()
        .redis(Redis.at(url).namespace(namespace))
        .build();
  }

  /**
   * A process that has just started on a busy machine. Prints how many values are
   * missing in Redis and in memory.
   */
  public static void main(String[] arguments) {
    for (int i = 0; i < BUSY; i++) {
      Thread busy = new Thread(() -> {
        while (!Thread.interrupted()) {
          Thread.onSpinWait();
        }
      });
      busy.setDaemon(true);
      busy.start();
    }
    try (TieredCacheManager caches = open(arguments[0], arguments[1])) {
      TieredCache<String, String> cache = caches.cache("c", String.class, String.class);
      for (int i = 0; i < PUTS; i++) {
        cache.put("k" + i, "v" + i);
      }
      int found = found(cache);
      System.out.println(PUTS - found);
      System.out.println(PUTS - cache.stats().memoryHits());
    }
  }

  private static int found(TieredCache<String, String> cache) {
    return (int) IntStream.range(0, PUTS)
        .filter(i -> ("v" + i).equals(cache.get("k" + i)))
        .count();
  }

  @Test
  void whatIsPutRightAfterTheStartOnABusyMachineIsInMemoryAndInRedis() throws Exception {
    String all = "";
    for (int i = 0; i < 3 && !all.startsWith("0 of"); i++) { // a long pause may spoil one try
      all = missingAfterAColdStart(namespace + i);
    }
    assertThat(all).isEqualTo("0 of memory, 0 of Redis");
  }

  private String missingAfterAColdStart(String space) throws Exception {
    Process started = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            ColdStartTest.class.getName(),
            server.url(),
            space)
        .redirectError(directory.resolve("stderr" + System.nanoTime()).toFile())
        .start();
    List<String> printed;
    try (var lines = started.inputReader(StandardCharsets.UTF_8)) {
      printed = lines.lines().toList();
    }
    assertThat(started.waitFor(60, SECONDS)).isTrue();
    assertThat(printed).hasSize(2);
    Redis patient = Redis.at(server.url())
        .namespace(space)
        .commandTimeout(Duration.ofSeconds(20))
        .connectTimeout(Duration.ofSeconds(20));
    try (TieredCacheManager caches = TieredCacheManager.builder().redis(patient).build()) {
      int found = found(caches.cache("c", String.class, String.class));
      return printed.get(1) + " of memory, " + (PUTS - found) + " of Redis";
    }
  }

  @Test
  void aManagerWithoutRedisIsReady() {
    try (TieredCacheManager caches = TieredCacheManager.builder().build()) {
      assertThat(caches.health().ready()).isTrue();
      assertThat(caches.health().configured()).isFalse();
      assertThat(caches.health().problem()).isNull();
    }
  }

  @Test
  void aManagerIsReadyWhenItIsBuiltAndAsLongAsRedisIsThereAndTellsOfChanges() {
    Instance one = new Instance(
        server,
        namespace,
        directory.resolve("d"),
        tier -> ((Redis) tier).connectTimeout(Instance.PATIENCE));
    instances.add(one);
    await().until(() -> one.manager.health().ready()); // a pause may exceed the bound
    one.network.stallFeeds();
    await().until(() -> !one.manager.health().hearing());
    Health silent = one.manager.health();
    assertThat(silent.connected()).isTrue();
    await().until(() -> one.manager.health().problem() != null);
    one.network.heal();
    await().until(() -> one.manager.health().ready());
    one.network.refuse();
    one.network.cut();
    await().until(() -> !one.manager.health().connected());
    await().until(() -> !one.manager.health().troubledFor().isZero());
    assertThat(one.manager.health().problem()).contains("127.0.0.1");
    one.network.heal();
    await().until(() -> one.manager.health().ready());
    assertThat(one.manager.health().problem()).isNull();
    one.manager.close();
    assertThat(one.manager.health().ready()).isFalse();
  }
}
