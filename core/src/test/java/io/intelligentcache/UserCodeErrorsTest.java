package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.internal.Insides;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever user code throws, on whatever path: somebody learns it, and the cache is whole. */
final class UserCodeErrorsTest {
  private static final long ROOM = 20_000;

  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .memory(Memory.ofBytes(ROOM))
      .disk(context -> disk)
      .time(time)
      .loadTimeout(Duration.ofMinutes(10))
      .build();

  @AfterEach
  void theBooksAreRightAndClosingWorks() {
    failing.set(null);
    Insides insides = Insides.of(manager);
    insides.audit();
    assertThat(insides.heldLocks()).isZero();
    manager.close();
  }

  /** What user code throws from here on, if anything. */
  private static final AtomicReference<@Nullable Supplier<Throwable>> failing =
      new AtomicReference<>();

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the compiler looks away
  private static <T extends Throwable> void mayFail() throws T {
    Supplier<Throwable> failure = failing.get();
    if (failure != null) {
      throw (T) failure.get();
    }
  }

  private static List<Supplier<Throwable>> failures() {
    return List.of(
        () -> new IllegalStateException("code"),
        () -> new NoClassDefFoundError("code"),
        () -> new OutOfMemoryError("code"),
        () -> new StackOverflowError("code"),
        () -> new Exception("sneaky"),
        Unprintable::new);
  }

  /** A key of which everything may fail. */
  private static final class Key {
    final String text;
    int hash;

    Key(String text) {
      this.text = text;
      this.hash = text.hashCode();
    }

    @Override
    public int hashCode() {
      UserCodeErrorsTest.<RuntimeException>mayFail();
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that && text.equals(that.text);
    }

    @Override
    public String toString() {
      UserCodeErrorsTest.<RuntimeException>mayFail();
      return text;
    }
  }

  private static final KeyCodec<Key> KEYS = new KeyCodec<>() {
    @Override
    public String encode(Key key) {
      return key.text;
    }

    @Override
    public Key decode(String text) {
      return new Key(text);
    }
  };

  /** Writes and reads text, unless it fails. */
  private static final Codec<String> FAILING = new Codec<>() {
    @Override
    public String id() {
      return "failing/1";
    }

    @Override
    public byte[] encode(String value) {
      UserCodeErrorsTest.<RuntimeException>mayFail();
      return value.getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] bytes) {
      UserCodeErrorsTest.<RuntimeException>mayFail();
      return new String(bytes, UTF_8);
    }
  };

  private TieredCache<String, String> encoded() {
    return manager.cache("encoded", CacheSpec.of(String.class, String.class).codec(FAILING));
  }

  private TieredCache<Key, String> keyed() {
    return manager.cache("keyed", CacheSpec.of(Key.class, String.class).keyCodec(KEYS));
  }

  private TieredCache<Integer, String> others() {
    return manager.cache("others", Integer.class, String.class);
  }

  private static TierKey below(String cache, String key) {
    return new TierKey(new Space(cache, ""), key.getBytes(UTF_8));
  }

  /** Puts as much as memory has room for, so that whatever was there leaves. */
  private void flood() {
    for (int i = 1_000; i < 1_200; i++) {
      others().put(i, "x".repeat(100));
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatItsCodecCantWriteLeavesMemoryAndPutsOfOthersNeverNotice(Supplier<Throwable> failure) {
    for (int i = 0; i < 10; i++) {
      encoded().put("k" + i, "v");
    }
    failing.set(failure);
    flood();
    assertThat(encoded().stats().entries()).isZero();
    assertThat(encoded().stats().unwritable()).isEqualTo(10);
    assertThat(others().get(1_000)).as("demoted by then").isNotNull();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void closingWritesWhatCanBeWritten(Supplier<Throwable> failure) {
    others().put(1, "one");
    encoded().put("k", "v");
    others().put(2, "two");
    failing.set(failure);
    manager.close();
    assertThat(disk.stored(below("others", "1"))).isNotNull();
    assertThat(disk.stored(below("others", "2"))).isNotNull();
    assertThat(disk.stored(below("encoded", "k"))).isNull();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aKeyThatFailsWhenItsEntryLeavesIsGone(Supplier<Throwable> failure) {
    keyed().put(new Key("k"), "v");
    failing.set(failure);
    flood();
    assertThat(keyed().stats().entries()).isZero();
  }

  @Test
  void anEntryWhoseKeyHasAnotherHashByNowLeavesForRoomAllTheSame() {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      keys.add(new Key("k" + i));
      keyed().put(keys.get(i), "v");
    }
    keys.forEach(key -> key.hash += 1);
    assertThat(keyed().get(keys.get(0))).isNull();
    flood();
    assertThat(keyed().stats().entries()).isZero();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatExpiresWithAKeyThatFailsIsGone(Supplier<Throwable> failure) {
    TieredCache<Key, String> cache = manager.cache(
        "told",
        CacheSpec.of(Key.class, String.class)
            .keyCodec(KEYS)
            .ttl(Duration.ofMinutes(1))
            .listener(new CacheListener<Key, String>() {}));
    cache.put(new Key("k"), "v");
    failing.set(failure);
    time.advance(Duration.ofMinutes(2));
    others().put(1, "v"); // which makes what has expired leave
    assertThat(cache.stats().entries()).isZero();
  }

  /** A key whose equals fails, and whose hash is that of all others of its kind. */
  private static final class Unequal {
    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (this == other) {
        return true;
      }
      throw new IllegalStateException("equals");
    }
  }

  @Test
  void whatEqualsThrowsIsThrownToTheCallerAndNothingHasChanged() {
    TieredCache<Unequal, String> cache = manager.cache(
        "unequal",
        CacheSpec.of(Unequal.class, String.class)
            .keyCodec(KeyCodecs.of(key -> "same", text -> new Unequal())));
    var first = new Unequal();
    cache.put(first, "v");
    assertThatThrownBy(() -> cache.put(new Unequal(), "w")).hasMessage("equals");
    assertThatThrownBy(() -> cache.get(new Unequal())).hasMessage("equals");
    assertThatThrownBy(() -> cache.putAll(Map.of(new Unequal(), "w"))).hasMessage("equals");
    assertThat(cache.get(first)).isEqualTo("v");
    assertThat(cache.stats().entries()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void anAtomicOperationEndsWhateverItsFunctionThrows(Supplier<Throwable> failure) {
    others().put(1, "v");
    CompletableFuture<String> operation = others().async().compute(1, (key, there) -> {
      failing.set(failure);
      UserCodeErrorsTest.<RuntimeException>mayFail();
      return "w";
    });
    assertThatThrownBy(() -> operation.orTimeout(60, SECONDS).join())
        .cause()
        .isNotInstanceOf(TimeoutException.class);
    failing.set(null);
    assertThat(others().get(1)).isEqualTo("v");
    assertThat(Insides.openFlights(others())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aLoadEndsWhateverItsLoaderThrows(Supplier<Throwable> failure) {
    failing.set(failure);
    assertThatThrownBy(() -> others()
            .async()
            .get(1, key -> {
              UserCodeErrorsTest.<RuntimeException>mayFail();
              return "v";
            })
            .orTimeout(60, SECONDS)
            .join())
        .isInstanceOf(CompletionException.class);
    assertThat(Insides.openFlights(others())).isEmpty();
    assertThat(others().get(1, key -> "again")).isEqualTo("again");
  }

  @Test
  void aFailureThatIsItsOwnCauseEndsTheLoad() {
    var one = new CompletionException() {
      private static final long serialVersionUID = 1;

      @Override
      public synchronized Throwable getCause() {
        return new CompletionException("other", this);
      }
    };
    assertThatThrownBy(() -> others().get(1, key -> {
          throw one;
        }))
        .isInstanceOf(LoadException.class);
  }

  @Test
  void ofManyKeysOnlyTheOneThatFailsDoes() {
    var fails = new Key("fails");
    var broken = new AtomicBoolean();
    KeyCodec<Key> codec = KeyCodecs.of(
        key -> {
          if (broken.get() && key.text.equals("fails")) {
            throw new IllegalStateException("encode");
          }
          return key.text;
        },
        Key::new);
    TieredCache<Key, String> cache =
        manager.cache("broken", CacheSpec.of(Key.class, String.class).keyCodec(codec));
    var good = new Key("good");
    broken.set(true);
    assertThatThrownBy(() -> cache
            .async()
            .getAll(List.of(good, fails), Loader.bulk(keys -> {
              Map<Key, String> loaded = new HashMap<>();
              keys.forEach(key -> loaded.put(key, key.text));
              return loaded;
            }))
            .orTimeout(60, SECONDS)
            .join())
        .hasRootCauseMessage("encode");
    await().untilAsserted(() -> assertThat(Insides.openFlights(cache)).isEmpty());
    assertThat(cache.get(good, key -> "loaded")).isIn("good", "loaded");
    broken.set(false);
    assertThat(cache.get(fails, key -> "loaded")).isEqualTo("loaded");
  }

  /** A key whose hash can't be had at the so-and-so-manieth call for it, of all keys together. */
  private static final class Sometimes {
    private final AtomicInteger calls;
    private final int fails;

    Sometimes(AtomicInteger calls, int fails) {
      this.calls = calls;
      this.fails = fails;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      if (calls.incrementAndGet() == fails) {
        throw new IllegalStateException("hashCode");
      }
      return 7;
    }
  }

  private TieredCache<Sometimes, String> sometimes(List<Sometimes> keys) {
    return manager.cache(
        "sometimes",
        CacheSpec.of(Sometimes.class, String.class)
            .keyCodec(KeyCodecs.of(key -> "k" + keys.indexOf(key), text -> keys.get(0))));
  }

  private static IntStream calls() {
    return IntStream.rangeClosed(1, 60);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void wheneverAKeyOfABulkFailsTheOthersEnd(int call) {
    var calls = new AtomicInteger();
    var keys =
        List.of(new Sometimes(calls, call), new Sometimes(calls, call), new Sometimes(calls, call));
    TieredCache<Sometimes, String> cache = sometimes(keys);
    Loader<Sometimes, String> bulk = Loader.bulk(wanted -> {
      Map<Sometimes, String> loaded = new HashMap<>();
      wanted.forEach(key -> loaded.put(key, "v"));
      return loaded;
    });
    try {
      assertThat(cache.async().getAll(keys, bulk).orTimeout(60, SECONDS).join()).hasSize(3);
    } catch (CompletionException | IllegalStateException failed) {
      assertThat(failed).hasStackTraceContaining("IllegalStateException: hashCode");
    }
    calls.set(1_000);
    await().untilAsserted(() -> assertThat(Insides.openFlights(cache)).isEmpty());
    assertThat(cache.getAll(keys, bulk)).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void wheneverAKeyOfAPutFailsTheBooksAgree(int call) {
    var calls = new AtomicInteger();
    var keys = List.of(new Sometimes(calls, call), new Sometimes(calls, call));
    TieredCache<Sometimes, String> cache = sometimes(keys);
    try {
      cache.put(keys.get(0), "v");
      cache.put(keys.get(0), "w");
      cache.putAll(Map.of(keys.get(0), "x"));
    } catch (IllegalStateException failed) {
      assertThat(failed).hasMessage("hashCode");
    }
    calls.set(1_000);
    Insides.of(manager).audit();
    cache.put(keys.get(0), "y");
    assertThat(cache.get(keys.get(0))).isEqualTo("y");
  }

  @Test
  void anExecutorThatThrowsFailsTheLoadsOfAllItsKeys() {
    TieredCache<Integer, String> cache =
        manager.cache("executor", CacheSpec.of(Integer.class, String.class).loaderExecutor(task -> {
          throw new OutOfMemoryError("unable to create native thread");
        }));
    assertThatThrownBy(() -> cache.get(1, key -> "v")).hasMessageContaining("native thread");
    assertThatThrownBy(() -> cache.getAll(List.of(1, 2, 3), Loader.bulk(keys -> Map.of())))
        .hasMessageContaining("native thread");
    assertThat(Insides.openFlights(cache)).isEmpty();
  }

  @Test
  void whatAWeigherThrowsIsThrownToWhoeverPutsAndNothingHasChanged() {
    TieredCache<String, String> cache =
        manager.cache("weighed", CacheSpec.of(String.class, String.class).weigher((key, value) -> {
          if (value.equals("bad")) {
            throw new NoClassDefFoundError("weigher");
          }
          return value.equals("endless") ? Long.MAX_VALUE : 10;
        }));
    cache.put("k", "v");
    assertThatThrownBy(() -> cache.put("k", "bad")).hasMessage("weigher");
    assertThatThrownBy(() -> cache.putAll(Map.of("other", "v", "k", "bad"))).hasMessage("weigher");
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.get("other")).isNull();
    assertThat(cache.get("loaded", key -> "bad")).as("its caller gets it").isEqualTo("bad");
    assertThat(cache.get("loaded")).as("and nobody else").isNull();
    cache.put("k", "endless"); // does not fit, so it goes to disk
    assertThat(cache.get("k")).isEqualTo("endless");
  }

  @Test
  void whatIsFoundBelowIsAnsweredThoughItCantBeWeighed() {
    var bad = new AtomicBoolean();
    TieredCache<String, String> cache =
        manager.cache("weighed", CacheSpec.of(String.class, String.class).weigher((key, value) -> {
          if (bad.get()) {
            throw new NoClassDefFoundError("weigher");
          }
          return 10;
        }));
    cache.put("k", "v");
    flood();
    bad.set(true);
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.getAll(List.of("k", "none"))).containsOnlyKeys("k");
    assertThat(cache.stats().entries()).isZero();
  }

  @Test
  void whatReturnsNullOrNonsenseIsNamed() {
    assertThatThrownBy(() -> manager
            .cache(
                "null",
                CacheSpec.of(Key.class, String.class).keyCodec(KeyCodecs.of(key -> null, Key::new)))
            .put(new Key("k"), "v"))
        .hasMessageContaining("key codec")
        .hasMessageContaining("null")
        .hasMessageContaining("key k");
    assertThatThrownBy(() -> others().getAll(List.of(1), Loader.bulk(keys -> null)))
        .hasRootCauseMessage("a bulk loader returned null in place of a map");
    assertThatThrownBy(() -> others().get(1, Loader.async(key -> null)))
        .hasRootCauseMessage("an asynchronous loader returned null");
    assertThatThrownBy(() -> others().get(1, Loader.detailed(key -> null)))
        .hasStackTraceContaining("Loaded.absent()");
    assertThatThrownBy(() -> manager
            .cache(
                "ttl",
                CacheSpec.of(String.class, String.class)
                    .ttl((key, value) -> Duration.ofSeconds(-1)))
            .put("k", "v"))
        .hasMessageContaining("TtlFunction");
    Map<Integer, String> odd = new HashMap<>();
    odd.put(1, null);
    odd.put(99, "foreign");
    assertThat(others().getAll(List.of(1, 2), Loader.bulk(keys -> odd))).isEmpty();
    assertThat(others().get(99)).isNull();
  }

  @Test
  void aKeyThatCantBeComparedWithAPatternGoesWithTheOthersAndTheCallerLearnsIt() {
    var broken = new AtomicBoolean();
    KeyCodec<Key> codec = KeyCodecs.of(
        key -> {
          if (broken.get() && key.text.equals("odd")) {
            throw new NoClassDefFoundError("encode");
          }
          return key.text;
        },
        Key::new);
    TieredCache<Key, String> cache =
        manager.cache("swept", CacheSpec.of(Key.class, String.class).keyCodec(codec));
    for (String text : List.of("a1", "odd", "a2", "b")) {
      cache.put(new Key(text), "v");
    }
    flood(); // all are on disk
    cache.get(new Key("odd"));
    cache.get(new Key("a1"));
    broken.set(true);
    assertThatThrownBy(() -> cache.invalidateMatching("a")).hasMessageContaining("encode");
    broken.set(false);
    assertThat(cache.get(new Key("a1"))).isNull();
    assertThat(cache.get(new Key("a2"))).isNull();
    assertThat(cache.get(new Key("b"))).isEqualTo("v");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void clearingClearsEntriesWhoseKeysFail(Supplier<Throwable> failure) {
    keyed().put(new Key("k"), "v");
    failing.set(failure);
    keyed().clear();
    assertThat(keyed().stats().entries()).isZero();
  }

  @Test
  void whatCantBeReadFromDiskIsForgottenAndNotReadAgain() {
    encoded().put("k", "v");
    flood();
    assertThat(disk.stored(below("encoded", "k"))).isNotNull();
    failing.set(() -> new NoClassDefFoundError("decode"));
    assertThat(encoded().get("k")).isNull();
    assertThat(encoded().stats().unreadable()).isEqualTo(1);
    assertThat(disk.stored(below("encoded", "k"))).isNull();
    assertThat(encoded().get("k", key -> "loaded")).isEqualTo("loaded");
  }

  @Test
  void whatChangedWhileItWasReadFromDiskIsNotForgotten() {
    Item unreadable = new Item(new byte[] {1}, 1, false, 17, Item.NEVER);
    disk.plant(below("others", "1"), unreadable);
    disk.holdReads();
    CompletableFuture<String> read = others().async().get(1);
    await().until(() -> disk.reads() > 0);
    others().put(1, "newer");
    flood(); // which takes the newer one to disk
    disk.release();
    assertThat(read.orTimeout(60, SECONDS).join()).isNull();
    assertThat(others().get(1)).isEqualTo("newer");
  }

  @Test
  void anAbsenceForgetsWhatADiskHasThatDidNotAnswer() {
    others().put(1, "old");
    flood();
    disk.refuse(Reason.BROKEN);
    Item there = disk.stored(below("others", "1"));
    assertThat(there).isNotNull();
    assertThat(others().get(1, key -> {
          disk.refuse(null); // it is well again by the time at which the loader answers
          return null;
        }))
        .isNull();
    assertThat(disk.stored(below("others", "1"))).isNull();
  }

  @Test
  void afterARefreshThatCouldNotBeginTheNextReadTriesAgain() {
    var broken = new AtomicBoolean();
    var loads = new AtomicInteger();
    Thread here = Thread.currentThread();
    class Elsewhere {
      @Override
      public boolean equals(@Nullable Object other) {
        return this == other;
      }

      @Override
      public int hashCode() {
        if (!here.equals(Thread.currentThread()) && broken.getAndSet(false)) {
          throw new NoClassDefFoundError("hashCode");
        }
        return 7;
      }
    }
    var key = new Elsewhere();
    TieredCache<Elsewhere, Integer> cache = manager.cache(
        "refreshed",
        CacheSpec.of(Elsewhere.class, Integer.class)
            .keyCodec(KeyCodecs.of(any -> "k", text -> key))
            .weigher((any, value) -> 10) // measured, the key would take with it all of this test
            .ttl(Duration.ofMinutes(10))
            .freshness(Freshness.none().staleWhileRevalidate(Duration.ofMinutes(10))));
    Loader<Elsewhere, Integer> loader = any -> loads.incrementAndGet();
    assertThat(cache.get(key, loader)).isEqualTo(1);
    time.advance(Duration.ofMinutes(11));
    broken.set(true);
    assertThat(cache.get(key, loader)).isEqualTo(1);
    await().untilFalse(broken);
    await().until(() -> {
      cache.get(key, loader);
      return loads.get() == 2;
    });
  }

  @Test
  void aLoaderThatLeavesItsThreadInterruptedSpoilsNoLoadAfterIt() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      TieredCache<Integer, Boolean> cache = manager.cache(
          "interrupting", CacheSpec.of(Integer.class, Boolean.class).loaderExecutor(one));
      assertThat(cache.get(1, key -> {
            Thread.currentThread().interrupt();
            return true;
          }))
          .isTrue();
      assertThat(cache.get(2, key -> Thread.currentThread().isInterrupted())).isFalse();
    } finally {
      one.shutdownNow();
    }
  }

  @Test
  void whoIsInterruptedWhileWaitingLeavesAndStaysInterrupted() throws Exception {
    var loading = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    Loader<Integer, String> slow = key -> {
      loading.countDown();
      assertThat(mayEnd.await(60, SECONDS)).isTrue();
      return "v";
    };
    var told = new CompletableFuture<String>();
    var caller = new Thread(() -> {
      try {
        told.complete("got " + others().get(1, slow));
      } catch (LoadException failure) {
        told.complete(failure.getMessage() + ", " + Thread.currentThread().isInterrupted());
      }
    });
    caller.start();
    assertThat(loading.await(60, SECONDS)).isTrue();
    caller.interrupt();
    assertThat(told.orTimeout(60, SECONDS).join())
        .isEqualTo("interrupted while waiting for a load, true");
    mayEnd.countDown();
    await().until(() -> "v".equals(others().get(1)));
  }
}
