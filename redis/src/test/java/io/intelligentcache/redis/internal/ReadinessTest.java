package io.intelligentcache.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.feed.InvalidationFeeds;
import io.intelligentcache.redis.internal.feed.Tracking;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Servers;
import io.intelligentcache.redis.internal.topology.Topology;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ReadinessTest {
  @Test
  void saysForHowLongThereIsTrouble() {
    FakeScheduler scheduler = new FakeScheduler();
    LettuceClient client = new LettuceClient(Duration.ofSeconds(1), 10, scheduler);
    Topology nowhere = Topology.of(
        new Servers.One(RedisAddress.parse("redis://127.0.0.1:1")),
        client,
        Connectors.of(client, RedisLimits.DEFAULTS));
    InvalidationFeeds feeds = new InvalidationFeeds(
        nowhere,
        new Tracking(new KeyNames("icm")),
        new TierContext(TimeSource.SYSTEM, scheduler, Changes.IGNORED));
    Readiness readiness = new Readiness(nowhere, feeds, () -> false, scheduler::nanos);
    readiness.tend();
    scheduler.advance(Duration.ofMinutes(3));
    readiness.tend();
    assertThat(readiness.read().troubledFor()).isEqualTo(Duration.ofMinutes(3));
    assertThat(readiness.firstWell()).isNotDone();
    client.close(nowhere.close());
  }
}
