package io.intelligentcache.redis.internal.operation;

import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.internal.Connectors;
import io.intelligentcache.redis.internal.TierProbe;
import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisCounters;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.redis.internal.settings.Servers;
import io.intelligentcache.redis.internal.topology.CommandRouter;
import io.intelligentcache.redis.internal.topology.Topology;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What pending removals hide while there is no server, and what happens if there are too many. */
final class SweepQueueTest {
  private static final Space SPACE = TierProbe.SPACE;
  private static final Space OTHER = new Space("other", "");
  private static final TierKey IN_OTHER = new TierKey(OTHER, "k".getBytes(UTF_8));

  private final RedisClock clock = new RedisClock(TimeSource.SYSTEM);
  private final KeyNames names = new KeyNames("icm");
  private final Epoch epoch = new Epoch(names, true, Retention.DEFAULTS);
  private final Versions versions = new Versions(clock, epoch, 7);
  private final FakeScheduler scheduler = new FakeScheduler();
  private final LettuceClient client = new LettuceClient(Duration.ofSeconds(1), 100, scheduler);
  private final Topology nowhere = Topology.of(
      new Servers.One(RedisAddress.parse("redis://127.0.0.1:1")),
      client,
      Connectors.of(client, RedisLimits.DEFAULTS));
  private final CommandRouter router =
      new CommandRouter(nowhere, Duration.ofSeconds(1), scheduler::nanos);
  private final Scripts scripts = new Scripts(router, new RedisCounters(), null);
  private final BulkWrites unsent = new BulkWrites(RedisLimits.DEFAULTS);
  private final SweepQueue sweeps = new SweepQueue(
      router,
      new Sweeper(
          nowhere,
          scripts,
          epoch,
          new Generations(
              router, scripts, names, versions, RedisLimits.DEFAULTS, Retention.DEFAULTS),
          versions,
          client.deadlines()),
      client.deadlines(),
      versions,
      names,
      new SweepQueue.Bounds(Duration.ofSeconds(20), 2, 3, 4),
      unsent);

  @AfterEach
  void stop() {
    sweeps.close();
    client.close(CompletableFuture.completedFuture(null));
  }

  /** Equal for equal texts, as predicates of callers are. */
  private record StartsWith(String start) implements Predicate<byte[]> {
    @Override
    public boolean test(byte[] key) {
      return new String(key, UTF_8).startsWith(start);
    }
  }

  @Test
  void oneRemovalTooManyHidesItsSpaceAndNoOther() {
    long before = versions.next();
    removes("a");
    removes("b");
    assertThat(sweeps.cover(key("c"), versions.of(before))).isFalse();

    assertThat(removes("c")).isEqualTo(new Outcome.Refused(Reason.BUSY));
    assertThat(sweeps.cover(key("c"), versions.of(before))).isTrue();
    assertThat(sweeps.cover(key("x"), versions.of(before)))
        .as("whatever is as old")
        .isTrue();
    assertThat(sweeps.cover(key("c"), versions.of(versions.next())))
        .as("a later put")
        .isFalse();
    assertThat(sweeps.cover(IN_OTHER, versions.of(before))).isFalse();
  }

  @Test
  void anEqualRemovalTakesThePlaceOfTheEarlierOne() {
    for (int i = 0; i < 100; i++) {
      long before = versions.next();
      assertThat(removes("a")).isEqualTo(new Outcome.Refused(Reason.OPEN));
      assertThat(sweeps.cover(key("a"), versions.of(before))).isTrue();
    }
    assertThat(sweeps.size()).isEqualTo(1);
    assertThat(sweeps.cover(key("b"), versions.of(1))).isFalse();
  }

  @Test
  void aClearTakesThePlaceOfAllEarlierRemovalsOfItsSpace() {
    for (int i = 0; i < 100; i++) {
      removes("a" + i);
      long before = versions.next();
      assertThat(join(sweeps.begin(SPACE, BulkRemoval.ALL)))
          .isEqualTo(new Outcome.Refused(Reason.OPEN));
      assertThat(sweeps.cover(key("x"), versions.of(before))).isTrue();
    }
    assertThat(sweeps.size()).isEqualTo(1);
  }

  @Test
  void tooManySpacesAreHiddenTooAndThenAllOfThem() {
    long before = versions.next();
    List<Space> spaces =
        IntStream.range(0, 7).mapToObj(i -> new Space("cache", "t" + i)).toList();
    for (Space space : spaces) {
      TierKey key = new TierKey(space, new byte[] {1});
      assertThat(sweeps.cover(key, versions.of(before))).isFalse();
      join(sweeps.begin(space, BulkRemoval.ALL));
      assertThat(sweeps.cover(key, versions.of(before))).isTrue();
      assertThat(sweeps.cover(key, versions.of(versions.next()))).isFalse();
      assertThat(sweeps.size()).isLessThanOrEqualTo(6);
    }
    assertThat(sweeps.cover(IN_OTHER, versions.of(before))).isTrue();
    assertThat(sweeps.cover(IN_OTHER, versions.of(versions.next()))).isFalse();
  }

  @Test
  void lostKeysAreHiddenOneByOneAndIfTheyAreTooManyWithAllThatIsAsOld() {
    long before = versions.next();
    sweeps.beginLost(List.of(key("a"), key("b"), key("c")), versions.next());
    assertThat(sweeps.cover(key("a"), versions.of(before))).isTrue();
    assertThat(sweeps.cover(key("d"), versions.of(before))).isFalse();
    sweeps.beginLost(List.of(key("c"), key("d")), versions.next());
    assertThat(sweeps.lostKeys()).isEqualTo(4);
    assertThat(sweeps.cover(key("a"), versions.of(before))).isTrue();
    assertThat(sweeps.cover(key("d"), versions.of(before))).isTrue();
    assertThat(sweeps.cover(IN_OTHER, versions.of(before))).isFalse();

    sweeps.beginLost(List.of(key("e")), versions.next());
    assertThat(sweeps.lostKeys()).isEqualTo(4);
    assertThat(sweeps.cover(key("e"), versions.of(before))).isTrue();
    assertThat(sweeps.cover(IN_OTHER, versions.of(before))).isTrue();
    assertThat(sweeps.cover(IN_OTHER, versions.of(versions.next()))).isFalse();
  }

  private Outcome removes(String start) {
    return join(sweeps.begin(SPACE, new StartsWith(start)));
  }
}
