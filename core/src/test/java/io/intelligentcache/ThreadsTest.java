package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the manager's own threads know of those who call it, and how long they live. */
final class ThreadsTest {
  private static final InheritableThreadLocal<String> SIGNED_IN = new InheritableThreadLocal<>();

  private static final CacheSpec<String, String> SPEC =
      CacheSpec.of(String.class, String.class).ttl(Duration.ofHours(1));

  /** What a thread has that it may have from another one. */
  private record Inherited(String thread, String signedIn, ClassLoader context, String group) {
    static Inherited here() {
      Thread thread = Thread.currentThread();
      return new Inherited(
          thread.getName().replaceAll("\\d+$", ""),
          String.valueOf(SIGNED_IN.get()),
          thread.getContextClassLoader(),
          thread.getThreadGroup().getName());
    }
  }

  @Test
  void knowNothingOfWhoeverCallsFirst() throws Exception {
    Queue<Inherited> seen = new ConcurrentLinkedQueue<>();
    try (var manager = TieredCacheManager.builder()
        .redis(context -> new HeapTier(TimeSource.SYSTEM))
        .build()) {
      TieredCache<String, String> cache = manager.cache("c", SPEC.listener(new CacheListener<>() {
        @Override
        public void removed(String key, String value, Cause cause) {
          seen.add(Inherited.here());
        }
      }));
      Runnable request = () -> {
        SIGNED_IN.set("alice");
        Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[0]));
        Loader<String, String> loader = key -> {
          seen.add(Inherited.here());
          return "v";
        };
        cache.get("a", loader);
        cache.async().get("b", loader).thenRun(() -> {}).join();
        cache
            .async()
            .warm(Warming.of(List.of("w")).onProgress(soFar -> seen.add(Inherited.here())), loader)
            .join();
        cache.put("a", "other"); // the listener is told
      };
      var alice = new Thread(new ThreadGroup("alice's"), request);
      alice.start();
      alice.join();
      await().until(() -> seen.size() >= 5);
    }
    assertThat(seen)
        .extracting(Inherited::thread)
        .contains("icm-loader-", "icm-callback-")
        .allMatch(name -> name.startsWith("icm-"));
    assertThat(seen).allSatisfy(thread -> {
      assertThat(thread.signedIn()).isEqualTo("null");
      assertThat(thread.context()).isSameAs(TieredCacheManager.class.getClassLoader());
      assertThat(thread.group()).isEqualTo("system");
    });
  }

  private static Set<Thread> ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("icm-"))
        .collect(Collectors.toSet());
  }

  @Test
  void endWithTheManager() {
    Set<Thread> others = ours();
    try (var manager = TieredCacheManager.builder().build()) {
      TieredCache<String, String> cache = manager.cache("c", SPEC);
      cache.put("k", "v"); // which starts what looks after expiry
      cache.get("a", key -> "v");
      var unused = cache.async().get("hangs", key -> {
        Thread.sleep(Duration.ofHours(1).toMillis());
        return "never";
      });
      cache.async().warm(Warming.of(List.of("b")), key -> "v").join();
      await()
          .until(() -> ours().stream()
              .filter(thread -> !others.contains(thread))
              .map(thread -> thread.getName().replaceAll("[-\\d]+$", ""))
              .collect(Collectors.toSet())
              .containsAll(
                  Set.of("icm-loader", "icm-step", "icm-callback", "icm-expiry", "icm-timer")));
    }
    await().until(() -> others.containsAll(ours()));
  }

  /** An application whose classes are its own. */
  static final class Application implements Runnable {
    @Override
    public void run() {
      try (var manager = TieredCacheManager.builder().build()) {
        var spec = CacheSpec.of(String.class, String.class).ttl(Duration.ofHours(1));
        TieredCache<String, String> cache =
            manager.cache("c", spec.listener(new CacheListener<>() {}));
        cache.get("a", key -> "v");
        cache.put("a", "other");
        cache.async().get("b", key -> "v").thenApply(value -> value + "x").join();
        cache.async().warm(Warming.of(List.of("w")), key -> "v").join();
        var unused = cache.async().get("hangs", key -> {
          Thread.sleep(Duration.ofHours(1).toMillis());
          return "never";
        });
      }
    }
  }

  /** Makes the application's classes anew. */
  private static final class ApplicationLoader extends ClassLoader {
    ApplicationLoader() {
      super(ThreadsTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(Application.class.getName())) {
        return super.loadClass(name, resolve);
      }
      String file = name.replace('.', '/') + ".class";
      try (var bytes = getResourceAsStream(file)) {
        byte[] all = bytes.readAllBytes();
        return defineClass(name, all, 0, all.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private static WeakReference<ClassLoader> formerApplication() throws Exception {
    ClassLoader loader = new ApplicationLoader();
    Class<?> type = loader.loadClass(Application.class.getName());
    assertThat(type.getClassLoader()).isSameAs(loader);
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    var run = new FutureTask<>((Runnable) constructor.newInstance(), true);
    var thread = new Thread(run);
    thread.setContextClassLoader(loader);
    thread.start();
    assertThat(run.get()).isTrue();
    thread.join();
    return new WeakReference<>(loader);
  }

  @Test
  void letAnApplicationGoThatHasClosedItsManager() throws Exception {
    WeakReference<ClassLoader> former = formerApplication();
    await().until(() -> {
      System.gc();
      return former.get() == null;
    });
  }

  /** Hands on who is signed in where the task is given. */
  private static Executor executorHandingOn(Executor threads) {
    return task -> {
      String user = SIGNED_IN.get();
      threads.execute(() -> {
        SIGNED_IN.set(user);
        try {
          task.run();
        } finally {
          SIGNED_IN.remove();
        }
      });
    };
  }

  /** Hands on who is signed in where the loader is made. */
  private static <K, V> Loader<K, V> handingOn(Loader<K, V> loader) {
    String user = SIGNED_IN.get();
    return key -> {
      SIGNED_IN.set(user);
      try {
        return loader.load(key);
      } finally {
        SIGNED_IN.remove();
      }
    };
  }

  @Test
  void anExecutorMayHandOnWhatItFindsInTheThreadOfTheCaller() {
    var threads = Executors.newFixedThreadPool(2);
    try (var manager = TieredCacheManager.builder()
            .loaderExecutor(executorHandingOn(threads))
            .build();
        var overDisk = TieredCacheManager.builder()
            .disk(context -> new HeapTier(TimeSource.SYSTEM))
            .loaderExecutor(executorHandingOn(threads))
            .build()) {
      Loader<String, String> loader = key -> SIGNED_IN.get();
      for (String user : List.of("bob", "carol")) {
        SIGNED_IN.set(user);
        var cache = manager.cache("c", SPEC);
        assertThat(cache.get(user + 1, loader)).isEqualTo(user);
        for (int i = 0; i < 100; i++) {
          assertThat(cache.async().get(user + " " + i, loader).join()).isEqualTo(user);
        }
        assertThat(cache.getAll(List.of(user + 3), loader)).containsValue(user);
        assertThat(overDisk.cache("c", SPEC).get(user, loader)).isEqualTo(user);
      }
    } finally {
      SIGNED_IN.remove();
      threads.shutdownNow();
    }
  }

  @Test
  void aLoaderMayHandOnWhatItFindsWhereItIsMade() {
    try (var manager = TieredCacheManager.builder()
        .redis(context -> new HeapTier(TimeSource.SYSTEM))
        .build()) {
      var cache = manager.cache("c", SPEC);
      for (String user : List.of("bob", "carol")) {
        SIGNED_IN.set(user);
        Loader<String, String> loader = key -> SIGNED_IN.get();
        assertThat(cache.get(user + 1, handingOn(loader))).isEqualTo(user);
        assertThat(cache.async().get(user + 2, handingOn(loader)).join()).isEqualTo(user);
      }
    } finally {
      SIGNED_IN.remove();
    }
  }
}
