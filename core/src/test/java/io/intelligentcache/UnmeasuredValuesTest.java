package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A value whose size has no bound is not kept in memory, and leaves as one that is too large does. */
final class UnmeasuredValuesTest {
  /** May hold anything: a thread that was not started. */
  private record Job(int id, Thread thread) {
    static Job of(int id) {
      return new Job(id, new Thread(() -> {}));
    }
  }

  private static final Codec<Job> CODEC = new Codec<>() {
    @Override
    public String id() {
      return "job";
    }

    @Override
    public byte[] encode(Job job) {
      return Integer.toString(job.id()).getBytes(UTF_8);
    }

    @Override
    public Job decode(byte[] bytes) {
      return Job.of(Integer.parseInt(new String(bytes, UTF_8)));
    }
  };

  private static final CacheSpec<String, Job> JOBS =
      CacheSpec.of(String.class, Job.class).codec(CODEC);

  private static int id(@Nullable Job job) {
    return job == null ? -1 : job.id();
  }

  @Test
  void itIsCountedToldAndLoggedOnceAndItsCallerGetsIt() {
    var told = new ConcurrentLinkedQueue<String>();
    var listener = new CacheListener<String, Job>() {
      @Override
      public void removed(String key, Job value, Cause cause) {
        told.add(key + " " + cause);
      }
    };
    String log = Logged.during(() -> {
      try (var manager = TieredCacheManager.builder().build()) {
        TieredCache<String, Job> cache = manager.cache("jobs", JOBS.listener(listener));
        cache.put("one", Job.of(1));
        assertThat(cache.get("one")).isNull();
        // An event of such a value is dropped while another one waits: it may be of any size.
        await().until(() -> told.contains("one EVICTED"));
        assertThat(id(cache.get("two", key -> Job.of(2)))).isEqualTo(2);
        assertThat(cache.get("two")).isNull();
        assertThat(cache.stats().entries()).isZero();
        assertThat(cache.stats().evictions()).isEqualTo(2);
        assertThat(manager.stats().memoryBytes()).isZero();
        await()
            .atMost(10, SECONDS)
            .untilAsserted(
                () -> assertThat(told).containsExactlyInAnyOrder("one EVICTED", "two EVICTED"));
      }
    });
    assertThat(log.lines().filter(line -> line.contains(Job.class.getName())))
        .singleElement()
        .asString()
        .contains("jobs", "a thread that does not run", "weigher");
  }

  @Test
  void itsOldValueDoesNotStayAndNoOtherEntryLeaves() {
    try (var manager = TieredCacheManager.builder().build()) {
      TieredCache<String, Object> cache = manager.cache("things", String.class, Object.class);
      cache.put("other", "stays");
      cache.put("one", "text");
      cache.put("one", Job.of(1));
      assertThat(cache.get("one")).isNull();
      assertThat(cache.get("other")).isEqualTo("stays");
    }
  }

  @Test
  void itGoesToDiskIfThereIsOne() {
    var time = new FakeTime();
    var disk = new HeapTier(time);
    try (var manager =
        TieredCacheManager.builder().disk(context -> disk).time(time).build()) {
      TieredCache<String, Job> cache = manager.cache("jobs", JOBS);
      cache.put("one", Job.of(1));
      assertThat(cache.stats().entries()).isZero();
      assertThat(id(cache.get("one"))).isEqualTo(1);
      assertThat(cache.stats().diskHits()).isEqualTo(1);
    }
  }

  @Test
  void aWeigherKeepsIt() {
    try (var manager = TieredCacheManager.builder().build()) {
      TieredCache<String, Job> cache = manager.cache("jobs", JOBS.weigher((key, job) -> 500));
      cache.put("one", Job.of(1));
      assertThat(id(cache.get("one"))).isEqualTo(1);
    }
  }

  @Test
  void aKeyThatCannotBeMeasuredIsNotKeptEither() {
    try (var manager = TieredCacheManager.builder().build()) {
      var spec = CacheSpec.of(Job.class, String.class)
          .keyCodec(KeyCodecs.of(Job::toString, text -> Job.of(0)));
      TieredCache<Job, String> cache = manager.cache("jobs", spec);
      Job key = Job.of(1);
      cache.put(key, "value");
      assertThat(cache.get(key)).isNull();
    }
  }
}
