package io.intelligentcache.all;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Freshness;
import io.intelligentcache.Loader;
import io.intelligentcache.WarmReport;
import io.intelligentcache.codec.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A value that an instance can't read is absent for it, on every path, and one load replaces it. */
final class UnreadableValuesTest extends SharedInstances {
  private final AtomicInteger loads = new AtomicInteger();

  /** A codec of texts for one of two deployments, or one that fails to decode. */
  private record Text(String id, boolean fails) implements Codec<String> {
    @Override
    public byte[] encode(String value) {
      return value.getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] bytes) {
      if (fails && bytes[0] == 'o') {
        throw new NoClassDefFoundError("org/acme/Old");
      }
      return new String(bytes, UTF_8);
    }
  }

  private Instance deployed(String version) {
    return calm(spec -> spec.codec(new Text(version, false)));
  }

  /** Runs an instance of an earlier deployment, which puts "old" under some keys. */
  private void beforeThat(List<String> keys) {
    Instance before = deployed("v/1");
    keys.forEach(key -> before.cache.put(key, "old"));
    before.close();
    instances.remove(before);
  }

  private String load(String key) {
    loads.incrementAndGet();
    return "loaded";
  }

  @Test
  void oneLoadReplacesIt() {
    beforeThat(List.of("k"));
    Instance after = deployed("v/2");
    for (int i = 0; i < 10; i++) {
      assertThat(after.cache.get("k", this::load)).isEqualTo("loaded");
    }
    assertThat(loads).hasValue(1);
    Instance another = deployed("v/2");
    await().until(() -> "loaded".equals(another.cache.get("k"))); // stored after the answer
  }

  @Test
  void whatTheCodecFailsToReadIsReplacedAsWell() {
    beforeThat(List.of("k"));
    Instance after = calm(spec -> spec.codec(new Text("v/1", true)));
    for (int i = 0; i < 10; i++) {
      assertThat(after.cache.get("k", this::load)).isEqualTo("loaded");
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void thereIsOneLoadOverManyInstances() {
    List<String> keys = List.of("k0", "k1", "k2", "k3", "k4");
    beforeThat(keys);
    List<Instance> all = List.of(deployed("v/2"), deployed("v/2"), deployed("v/2"));
    List<CompletableFuture<String>> reads = new ArrayList<>();
    for (String key : keys) {
      for (Instance instance : all) {
        reads.add(instance.cache.async().get(key, wanted -> {
          Thread.sleep(50); // so that the others arrive meanwhile
          return load(wanted);
        }));
      }
    }
    reads.forEach(read -> assertThat(read.orTimeout(60, SECONDS).join()).isEqualTo("loaded"));
    assertThat(loads).hasValue(keys.size());
  }

  @Test
  void warmingAndBulkLoadersReplaceItAndSayTheTruth() {
    List<String> keys = List.of("a", "b", "c", "d");
    beforeThat(keys);
    Instance after = deployed("v/2");
    WarmReport report = after.cache.warm(List.of("a", "b"), this::load);
    assertThat(report.loaded()).isEqualTo(2);
    assertThat(after.cache.warm(List.of("a", "b"), this::load).present()).isEqualTo(2);
    Loader<String, String> bulk = Loader.bulk(wanted -> Map.of("c", load("c"), "d", load("d")));
    for (int i = 0; i < 3; i++) {
      assertThat(after.cache.getAll(keys, bulk)).hasSize(4);
    }
    assertThat(loads).hasValue(4);
    Instance another = deployed("v/2");
    await().until(() -> another.cache.getAll(keys).size() == 4);
  }

  @Test
  void aKeyOfABulkThatIsThereWhenItsLoadIsClaimedHoldsUpNoOther() {
    beforeThat(List.of("there"));
    var failures = new AtomicInteger(1);
    Instance after = calm(spec -> spec.codec(new Codec<String>() {
      @Override
      public String id() {
        return "v/1";
      }

      @Override
      public byte[] encode(String value) {
        return value.getBytes(UTF_8);
      }

      @Override
      public String decode(byte[] bytes) {
        if (failures.getAndDecrement() > 0) {
          throw new OutOfMemoryError("for a moment"); // in the search, not in the claim
        }
        return new String(bytes, UTF_8);
      }
    }));
    Map<String, String> read = after
        .cache
        .async()
        .getAll(
            List.of("there", "missing"), Loader.bulk(wanted -> Map.of("missing", load("missing"))))
        .orTimeout(60, SECONDS)
        .join();
    assertThat(read).isEqualTo(Map.of("there", "old", "missing", "loaded"));
  }

  @Test
  void thatTheLoaderKnowsNoneReplacesItToo() {
    beforeThat(List.of("k"));
    Instance after = calm(spec -> spec.codec(new Text("v/2", false))
        .freshness(Freshness.none().absenceTtl(Duration.ofMinutes(1))));
    for (int i = 0; i < 3; i++) {
      assertThat(after.cache.get("k", key -> {
            loads.incrementAndGet();
            return null;
          }))
          .isNull();
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void aLoadThatFailsLetsTheNextOneTry() {
    beforeThat(List.of("k"));
    Instance after = deployed("v/2");
    CompletableFuture<String> fails = after.cache.async().get("k", key -> {
      throw new IllegalStateException("database away");
    });
    assertThat(fails.handle((value, failure) -> failure)).succeedsWithin(Duration.ofSeconds(60));
    Instance another = deployed("v/2");
    assertThat(another.cache.get("k", this::load)).isEqualTo("loaded");
  }

  @Test
  void whatIsPutMeanwhileStays() throws Exception {
    beforeThat(List.of("k"));
    Instance after = deployed("v/2");
    Instance another = deployed("v/2");
    CompletableFuture<String> read = after.cache.async().get("k", key -> {
      holdOn();
      return "loaded";
    });
    assertThat(loading.await(60, SECONDS)).isTrue();
    another.putInTime("k", "put");
    mayEnd.countDown();
    assertThat(read.orTimeout(60, SECONDS).join()).isEqualTo("loaded");
    await().until(() -> "put".equals(after.cache.get("k")));
    assertThat(another.cache.get("k")).isEqualTo("put");
  }

  /** Each deployment replaces the value of the other: never a wrong value, and one load per replacement. */
  @Test
  void twoDeploymentsSideBySideLoadOncePerChangeOfHands() {
    Instance one = deployed("v/1");
    Instance other = deployed("v/2");
    for (int round = 1; round <= 5; round++) {
      for (Instance instance : List.of(one, other)) {
        for (int i = 0; i < 3; i++) {
          String value = "of " + instance.network.port() + " in round " + round;
          String read = instance.cache.get("k", key -> {
            loads.incrementAndGet();
            return value;
          });
          assertThat(read).startsWith("of " + instance.network.port());
        }
        settled(instance);
      }
    }
    assertThat(loads.get()).isBetween(2, 10);
  }

  /** Waits until Redis has what an instance has, so that the next one finds it. */
  private static void settled(Instance instance) {
    instance.cache.put("unused", "v"); // waits for earlier stores
  }
}
