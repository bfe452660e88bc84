package io.intelligentcache.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.cli.console.Progress;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.tier.TierStats;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuickstartTest {
  @TempDir
  Path directory;

  private final AtomicBoolean stop = new AtomicBoolean();

  @Test
  void theDiskIsWarmAfterTheRestart() {
    Summary summary = run(6_000, null, line -> {});

    assertThat(summary.rounds().stream().map(Round::name))
        .containsExactly("cold start", "traffic", "warm restart", "traffic");
    assertThat(summary.rounds().get(2).stats().diskHits()).isPositive();
    assertThat(summary.total().requests()).isGreaterThanOrEqualTo(6_000);
    assertThat(summary.findings().wrong()).isZero();
  }

  @Test
  void goesOnWithoutARedisThatIsDown() {
    String url;
    try (RedisServerProcess server = RedisServerProcess.launch()) {
      url = server.url();
    }
    var said = new CopyOnWriteArrayList<String>();

    Summary summary = run(2_000, Redis.at(url).connectTimeout(Duration.ofMillis(100)), said::add);

    assertThat(summary.findings().first()).isNull();
    assertThat(said).anyMatch(line -> line.startsWith("Redis is unavailable"));
  }

  @Test
  void goesOnWhenRedisIsKilledInTheMiddle() {
    var said = new CopyOnWriteArrayList<String>();
    try (RedisServerProcess server = RedisServerProcess.launch()) {
      Redis redis = Redis.at(server.url())
          .namespace("quickstart-test")
          .connectTimeout(
              Duration.ofSeconds(1)); // each manager that opens without it waits as long
      Summary summary = run(8_000, redis, line -> {
        said.add(line);
        if (line.startsWith("restarted")) {
          server.kill();
        }
      });

      assertThat(summary.findings().wrong()).isZero();
      assertThat(summary.total().requests()).isGreaterThanOrEqualTo(8_000);
    }
    assertThat(said).anyMatch(line -> line.startsWith("Redis is unavailable"));
  }

  @Test
  void endsSoonWhenToldTo() {
    stop.set(true);

    assertThat(run(1_000_000, null, line -> {}).total().requests()).isZero();
  }

  @Test
  void saysOnceThatRedisWentAndOnceThatItCameBack() {
    List<String> said = new ArrayList<>();
    var watch = new RedisWatch(said::add);

    for (boolean available : new boolean[] {true, false, false, true, true}) {
      watch.look(TierStats.none().available(available));
    }
    watch.look(null);

    assertThat(said).hasSize(2);
    assertThat(said.get(0)).contains("unavailable");
    assertThat(said.get(1)).contains("available again");
  }

  @Test
  void documentsHaveTheirSizesAndCompressLikeJson() {
    for (int id = 0; id < 500; id++) {
      String text = DocumentText.of("shop", id, 0);

      assertThat(text.length()).isBetween(DocumentText.MIN_BYTES, DocumentText.MAX_BYTES);
      assertThat(text).isEqualTo(DocumentText.of("shop", id, 0));
      assertThat(text).hasSameSizeAs(DocumentText.of("shop", id, 1));
      assertThat(text).isNotEqualTo(DocumentText.of("shop", id, 1));
    }
  }

  private Summary run(
      long requests, @Nullable Redis redis, java.util.function.Consumer<String> say) {
    var settings = new Settings(1, requests, Duration.ofSeconds(60), redis);
    var progress = new Progress(new PrintWriter(new StringWriter()));
    Summary summary = new Quickstart(settings, progress, say, stop).run(directory);
    assertThat(String.join("\n", summary.lines()).toLowerCase(Locale.ROOT)).contains("hit rate");
    return summary;
  }
}
