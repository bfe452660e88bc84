package io.intelligentcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a warm-up takes from its source, how fast it loads, and how it ends. */
final class WarmingTest {
  @TempDir
  Path directory;

  private final FakeTime time = new FakeTime();
  private final FakeScheduler scheduler = new FakeScheduler();
  private final HeapTier disk = new HeapTier(time);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .time(time, scheduler)
      .multiTenant(true)
      .disk(context -> disk)
      .build();
  private final TieredCache<Integer, String> cache =
      manager.cache("c", Integer.class, String.class);

  private final Queue<Integer> loaded = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    manager.close();
  }

  private String load(int key) {
    loaded.add(key);
    return "v" + key;
  }

  private static List<Integer> keys(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void aStreamIsReadAsFarAsLoadsRunAndClosedAtTheEnd() {
    var taken = new AtomicInteger();
    var closed = new AtomicBoolean();
    Stream<Integer> endless =
        Stream.generate(taken::getAndIncrement).onClose(() -> closed.set(true));
    Queue<CompletableFuture<String>> loads = new ConcurrentLinkedQueue<>();
    Loader<Integer, String> slow = Loader.async(key -> {
      var load = new CompletableFuture<String>();
      loads.add(load);
      return load;
    });
    var warming = cache.async().warm(Warming.of(endless).concurrency(3), slow);
    await().until(() -> loads.size() == 3);
    assertThat(taken).hasValue(3);
    loads.remove().complete("v");
    await().until(() -> loads.size() == 3);
    assertThat(taken).hasValue(4);
    assertThat(closed).isFalse();
    warming.cancel(true);
    await().untilTrue(closed);
    loads.forEach(load -> load.complete("v"));
    await().until(() -> cache.stats().warmed() == 4);
    assertThat(taken).hasValue(4);
  }

  @Test
  void aBulkLoaderGetsTheKeysThatAreMissingTogether() {
    Map<Integer, String> present = new HashMap<>();
    IntStream.range(0, 1_000).forEach(key -> present.put(key, "present"));
    cache.putAll(present);
    List<Integer> sizes = new ArrayList<>();
    Loader<Integer, String> bulk = Loader.bulk(some -> {
      sizes.add(some.size());
      Map<Integer, String> values = new HashMap<>();
      some.stream().filter(key -> key != 1_007).forEach(key -> values.put(key, "v"));
      return values;
    });
    WarmReport report = cache.warm(Warming.of(keys(1_025)).concurrency(1).batchSize(10), bulk);
    assertThat(sizes).containsExactly(10, 10, 5);
    assertThat(report.loaded()).isEqualTo(24);
    assertThat(report.absent()).isEqualTo(1);
    assertThat(report.present()).isEqualTo(1_000);
    assertThat(report.timeLeft()).isZero();
    assertThat(cache
            .warm(Warming.of(keys(1_025)), Loader.bulk(some -> {
              throw new IllegalStateException("made to fail");
            }))
            .failed())
        .isEqualTo(1);
  }

  @Test
  void loadsKeepToTheRateAndKeysThatArePresentAreFree() {
    cache.putAll(Map.of(0, "v", 1, "v", 2, "v"));
    var warming = cache.async().warm(Warming.of(keys(8)).keysPerSecond(2), this::load);
    await().until(() -> loaded.size() == 1);
    scheduler.advance(Duration.ofMillis(499));
    await().during(Duration.ofMillis(20)).until(() -> loaded.size() == 1);
    scheduler.advance(Duration.ofMillis(1));
    await().until(() -> loaded.size() == 2);
    scheduler.advance(Duration.ofMillis(500));
    await().until(() -> loaded.size() == 3);
    scheduler.advanceUntil(Duration.ofMillis(500), warming::isDone);
    assertThat(warming.join().loaded()).isEqualTo(5);
    assertThat(warming.join().present()).isEqualTo(3);
    assertThat(warming.join().elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void keysThatALowerTierHasDoNotCountForTheRate() {
    Map<Integer, String> values = new HashMap<>();
    keys(50).forEach(key -> values.put(key, "v" + key));
    cache.putAll(values);
    cache.close(); // to disk
    TieredCache<Integer, String> again = manager.cache("c", Integer.class, String.class);
    WarmReport report = again.warm(Warming.of(keys(50)).keysPerSecond(1), this::load);
    assertThat(report.present()).isEqualTo(50);
    assertThat(report.elapsed()).isZero();
    assertThat(loaded).isEmpty();
  }

  @Test
  void progressSaysHowMuchTimeIsLeft() {
    List<WarmReport> told = new ArrayList<>();
    Warming<Integer> slowly = Warming.of(keys(4)).concurrency(1).onProgress(told::add);
    cache.warm(slowly, key -> {
      scheduler.advance(Duration.ofSeconds(2));
      return "v";
    });
    assertThat(told).anySatisfy(report -> {
      assertThat(report.done()).isEqualTo(1);
      assertThat(report.timeLeft()).isEqualTo(Duration.ofSeconds(6));
      assertThat(report)
          .hasToString(
              "1 of 4 keys: 1 loaded, 0 present, 0 absent, 0 failed, 1 per second, about 6 s left");
    });
    List<WarmReport> ofStream = new ArrayList<>();
    cache.warm(
        Warming.of(Stream.of(5, 6).filter(key -> true)).onProgress(ofStream::add), this::load);
    assertThat(ofStream).allSatisfy(report -> assertThat(report.total()).isEmpty());
  }

  @Test
  void aWarmUpThatWasCancelledIsResumedAtItsPosition() {
    Queue<WarmReport> told = new ConcurrentLinkedQueue<>();
    var gate = new CompletableFuture<String>();
    var reached = new CompletableFuture<String>();
    Loader<Integer, String> stopsAtFive = Loader.async(key -> {
      if (key == 5) {
        reached.complete("five");
        return gate;
      }
      return CompletableFuture.completedFuture(load(key));
    });
    var warming =
        cache.async().warm(Warming.of(keys(10)).concurrency(1).onProgress(told::add), stopsAtFive);
    reached.join();
    warming.cancel(true);
    gate.complete("v");
    await().until(() -> told.stream().anyMatch(report -> report.position() == 6));
    assertThat(loaded).containsExactly(0, 1, 2, 3, 4);
    loaded.clear();
    WarmReport report = cache.warm(Warming.of(keys(10)).skip(6), this::load);
    assertThat(loaded).containsExactlyInAnyOrder(6, 7, 8, 9);
    assertThat(report.loaded()).isEqualTo(4);
    assertThat(report.present()).isZero();
    assertThat(report.total()).hasValue(4);
    assertThat(report.position()).isEqualTo(10);
    assertThat(cache.warm(Warming.of(keys(10)).skip(50), this::load).done()).isZero();
  }

  @Test
  void aSourceThatFailsEndsTheWarmUpWithItsFailure() {
    Stream<Integer> failing = Stream.of(1, 2, 3).map(key -> {
      if (key == 3) {
        throw new IllegalStateException("no key");
      }
      return key;
    });
    assertThatThrownBy(() -> cache.warm(Warming.of(failing), this::load))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no key");
    assertThat(cache.get(2)).isEqualTo("v2");
    Stream<Integer> late = Stream.of(11, 12, 13).map(key -> 100 / (13 - key) + 10 * key);
    assertThatThrownBy(
            () -> cache.warm(Warming.of(late), Loader.bulk(some -> Map.of(160, "v", 220, "v"))))
        .isInstanceOf(ArithmeticException.class);
    assertThat(cache.get(220)).isEqualTo("v");
    assertThatThrownBy(() -> cache.warm(Warming.of(failing), this::load))
        .isInstanceOf(IllegalStateException.class); // used up
    List<Integer> withNull = new ArrayList<>(List.of(7));
    withNull.add(null);
    assertThatThrownBy(() -> cache.warm(Warming.of(withNull), this::load))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("key");
    assertThatThrownBy(() -> cache.warm(
            Warming.of(() -> {
              throw new StackOverflowError("made to fail");
            }),
            this::load))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void aWarmUpEndsWhenItsCacheIsClosed() {
    var warming = cache
        .async()
        .warm(Warming.of(Stream.iterate(0, key -> key + 1)).concurrency(1), key -> {
          if (key == 10) {
            cache.close();
          }
          return "v";
        });
    assertThatThrownBy(warming::join).cause().isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cache.warm(Warming.of(keys(1)), this::load))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCallerThatIsInterruptedTakesNoMoreKeys() throws Exception {
    var closed = new AtomicBoolean();
    var reached = new CompletableFuture<String>();
    var never = new CompletableFuture<String>();
    Stream<Integer> endless = Stream.iterate(0, key -> key + 1).onClose(() -> closed.set(true));
    var failure = new CompletableFuture<Throwable>();
    Thread caller = new Thread(() -> {
      try {
        cache.warm(Warming.of(endless), Loader.async(key -> {
          reached.complete("");
          return never;
        }));
      } catch (Throwable e) {
        failure.complete(e);
      }
    });
    caller.start();
    reached.join();
    caller.interrupt();
    assertThat(failure.join()).isInstanceOf(LoadException.class);
    await().untilTrue(closed);
    never.complete("v");
  }

  @Test
  void aStreamIsClosedOnceHoweverEarlyTheWarmUpIsCancelled() {
    for (int i = 0; i < 200; i++) {
      var closed = new AtomicInteger();
      Stream<Integer> some = keys(3).stream().onClose(closed::incrementAndGet);
      var unused = cache.async().warm(Warming.of(some), this::load).cancel(true);
      await().pollInterval(Duration.ofMillis(1)).until(() -> closed.get() > 0);
      assertThat(closed).hasValue(1);
    }
  }

  @Test
  void theCachesOwnLoaderIsUsedIfThereIsNoOther() {
    TieredCache<Integer, String> own =
        manager.cache("own", CacheSpec.of(Integer.class, String.class).loader(this::load));
    assertThat(own.warm(Warming.of(Set.of(1, 2))).loaded()).isEqualTo(2);
    assertThat(own.async().warm(Warming.of(Set.of(1, 2, 3))).join().loaded()).isEqualTo(1);
    assertThatThrownBy(() -> cache.warm(Warming.of(Set.of(1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cache c has no loader of its own");
  }

  @Test
  void aTenantThatIsIdleBetweenTwoLoadsIsWarmedAllTheSame() {
    TieredCache<Integer, String> acme = cache.tenant("acme");
    var warming = acme.async().warm(Warming.of(keys(3)).keysPerSecond(1), key -> load(key));
    await().until(() -> loaded.size() == 1);
    acme.invalidate(0);
    scheduler.advanceUntil(Duration.ofMillis(100), warming::isDone);
    assertThat(warming.join().loaded()).isEqualTo(3);
    assertThat(acme.get(2)).isEqualTo("v2");
  }

  @Test
  void limitsAreChecked() {
    Warming<Integer> some = Warming.of(keys(1));
    assertThatThrownBy(() -> some.concurrency(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Warming.concurrency")
        .hasMessageContaining("0");
    assertThatThrownBy(() -> some.concurrency(257)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> some.keysPerSecond(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> some.batchSize(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> some.skip(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manyKeysThatArePresentTakeNoStack() {
    cache.put(1, "v");
    WarmReport report =
        cache.warm(Warming.of(IntStream.range(0, 200_000).mapToObj(i -> 1)), this::load);
    assertThat(report.present()).isEqualTo(200_000);
    assertThat(loaded).isEmpty();
  }

  @Test
  void keysAreReadFromAFile() throws IOException {
    Path file = Files.writeString(
        directory.resolve("keys"), "\uFEFF1\r\n\n2\nno number\n\"3\"\n\"4\nC:\\new\n5");
    WarmReport report = cache.warm(Warming.ofFile(file), this::load);
    assertThat(loaded).containsExactlyInAnyOrder(1, 2, 3, 5);
    assertThat(report.loaded()).isEqualTo(4);
    assertThat(report.failed()).isEqualTo(3);
    assertThat(report.total()).hasValue(7);
    TieredCache<String, String> texts = manager.cache("texts", String.class, String.class);
    Files.writeString(file, "C:\\new\n\"a\\nb\\\\\\\"\\r\"\n\"\"\n");
    texts.warm(Warming.ofFile(file), key -> key);
    assertThat(texts.keys()).containsExactlyInAnyOrder("C:\\new", "a\nb\\\"\r", "");
  }

  @Test
  void aFileThatCanNotBeReadIsAClearError() throws IOException {
    Path none = directory.resolve("none");
    assertThatThrownBy(() -> cache.warm(Warming.ofFile(none), this::load))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the keys in " + none + " can't be read")
        .hasMessageContaining("NoSuchFile");
    Path bytes = Files.write(directory.resolve("bytes"), "1\n\u00e4\n".getBytes(ISO_8859_1));
    assertThatThrownBy(() -> cache.warm(Warming.ofFile(bytes), this::load))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("MalformedInput");
    Path endless = Files.writeString(directory.resolve("endless"), "1".repeat(2_000_000));
    assertThatThrownBy(() -> cache.warm(Warming.ofFile(endless), this::load))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("longer than 1048576 characters");
    TieredCache<Object, Object> untyped =
        manager.cache("untyped", CacheSpec.of(Object.class, Object.class).memoryOnly());
    assertThatThrownBy(() -> untyped.warm(Warming.ofFile(bytes), key -> "v"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("have no text");
  }
}
