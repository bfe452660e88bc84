package io.intelligentcache.redis.internal.feed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.Connectors;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The heartbeats and pauses of one server's invalidations. The test decides when they come. */
final class InvalidationFeedTest {
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final RedisServerProcess server = RedisServerProcess.launch();
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private final FakeScheduler scheduler = new FakeScheduler();
  private final LettuceClient client = new LettuceClient(Duration.ofSeconds(20), 100, scheduler);
  private final AtomicInteger heard = new AtomicInteger();
  private final Primary primary =
      Connectors.of(client, RedisLimits.DEFAULTS).connect(RedisAddress.parse(proxy.url()));
  private final InvalidationFeed feed = new InvalidationFeed(
      primary,
      false,
      new Tracking(new KeyNames("icm")),
      Changes.IGNORED,
      TimeSource.SYSTEM,
      scheduler::nanos,
      heard::incrementAndGet);

  @AfterEach
  void stop() {
    feed.close();
    client.close(primary.close(Reason.CLOSED));
    proxy.close();
    server.close();
  }

  private void awaitHeard(int times) {
    await().atMost(20, SECONDS).until(() -> heard.get() == times);
  }

  @Test
  void aHeartbeatIsSentFourTimesASecond() {
    feed.tend();
    awaitHeard(1);
    for (int beat = 2; beat < 6; beat++) {
      scheduler.advance(Duration.ofMillis(250).minus(MOMENT));
      feed.tend();
      scheduler.advance(MOMENT);
      assertThat(heard).hasValue(beat - 1);
      feed.tend();
      awaitHeard(beat);
    }
  }

  @Test
  void aConnectionThatIsSilentForTwoSecondsIsReplaced() {
    feed.tend();
    awaitHeard(1);
    proxy.stallFeeds();
    scheduler.advance(Duration.ofSeconds(2));
    feed.tend();
    assertThat(feed.listens()).isTrue();
    scheduler.advance(MOMENT);
    feed.tend();
    assertThat(feed.listens()).isFalse();
    assertThat(feed.trouble()).contains("it is silent");
    feed.tend();
    awaitHeard(2);
    assertThat(feed.trouble()).isNull();
  }

  @Test
  void afterAFailureTheNextAttemptIsMadeAfterAPause() {
    proxy.refuse();
    feed.tend();
    await().atMost(20, SECONDS).until(() -> !("" + feed.trouble()).contains("no answer yet"));
    proxy.heal();
    await().during(Duration.ofMillis(50)).until(() -> {
      feed.tend();
      return proxy.accepted() == 0;
    });
    scheduler.advance(Duration.ofMillis(50));
    await().atMost(20, SECONDS).until(() -> {
      feed.tend(); // the first attempt may just be ending
      return feed.listens();
    });
    assertThat(proxy.accepted()).isEqualTo(1);
  }
}
