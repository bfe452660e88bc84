package io.intelligentcache.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.bench.measure.WrongAnswerException;
import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.redis.RedisServerProcess;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every contender does the measured work over Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisContenderTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private final RemoteEntries entries = new RemoteEntries();
  private final RedisServerProcess server = RedisServerProcess.launch();

  @AfterAll
  void end() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"RAW", "OURS", "REDISSON", "JETCACHE"})
  void readsBackFromRedisWhatItPut(RedisContender contender) throws Exception {
    try (RemoteUnderTest remote = contender.openRemote(server.url(), entries)) {
      assertThatThrownBy(() -> new RemoteLoad(false, 1, 1).run(remote, SHORT))
          .isInstanceOf(WrongAnswerException.class);
      RemoteLoad.fill(remote);
      for (RedisWorkload workload : RedisWorkload.values()) {
        RemoteLoad load = workload.load();
        if (load != null) {
          assertThat(load.run(remote, SHORT)).isPositive();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OURS", "REDISSON", "UPDATING", "JETCACHE"})
  void anotherInstanceAnswersWithWhatWasPut(RedisContender contender) throws Exception {
    var propagation = new Propagation();
    try (CacheUnderTest writer = contender.openCache(server.url());
        CacheUnderTest reader = contender.openCache(server.url())) {
      propagation.run(writer, reader, 0, 200);
    }
    assertThat(propagation.changes()).isEqualTo(200);
    assertThat(propagation.p50Micros())
        .isBetween(propagation.p50PutMicros() / 2, propagation.p99Micros());
    assertThat(propagation.mostMicros()).isGreaterThanOrEqualTo(propagation.p99Micros());
  }

  @ParameterizedTest
  @EnumSource(names = {"OURS", "ALONE"})
  void answersFromMemoryInAProcessOfItsOwn(RedisContender contender) throws Exception {
    var scale = RedisScale.quick();
    try (var work = new RedisWork(server.url(), scale)) {
      assertThat(work.rate(RedisWorkload.HITS, contender)).isPositive();
    }
  }
}
