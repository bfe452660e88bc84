package io.intelligentcache.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.RedisServerProcess;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recipes of the docs run inside an application with a fake database, and do what they promise. */
final class RecipesTest {
  private static final Path PAGE = Path.of("..", "docs", "recipes.md");
  private static final String REDIS = "redis://localhost:6379";
  private static final String BUILDER = "TieredCacheManager.builder()";

  /** Java that follows the code of a recipe, by the recipe's heading: it sees the recipe's variables. */
  private static final Map<String, String> PROMISES = Map.of(
      "Cache-aside over a database", """
          assertThat(user).isEqualTo(alice);
          assertThat(changed).isEqualTo(guest);
          assertThat(db.loads).containsExactly("user:7", "user:7");
          together(20, () -> users.get("user:8"));
          assertThat(db.loads).filteredOn("user:8"::equals).hasSize(1);

          users.put("user:9", guest);
          long asked = users.stats().coherence().confirmed();
          until(() -> users.get("user:9") != null && users.stats().coherence().confirmed() > asked);
          stopRedis.run();
          db.broken = true;
          assertThat(users.get("user:9")).isEqualTo(guest);
          users.invalidate("user:9");
          assertThatThrownBy(() -> users.get("user:9")).isInstanceOf(LoadException.class);
          """,
      "Write-behind with a queue of your own", """
          assertThat(user).isEqualTo(alice);
          db.broken = true;
          unsaved.put("user:9", guest);
          users.invalidate("user:9");
          save.run();
          assertThat(unsaved).containsKey("user:9");
          assertThat(users.get("user:9")).as("a miss while it is not saved").isEqualTo(guest);

          db.broken = false;
          until(unsaved::isEmpty);
          assertThat(db.rows).containsEntry("user:7", alice).containsEntry("user:9", guest);
          users.clear();
          assertThat(users.get("user:9")).isEqualTo(guest);
          assertThat(db.loads).endsWith("user:9");
          saver.shutdown();
          """,
      "Write-behind with an outbox", """
          assertThat(before).isEqualTo(alice);
          assertThat(after).isEqualTo(guest);
          assertThat(db.outbox()).isEmpty();

          stopRedis.run();
          db.saveWithOutbox("user:7", alice);
          assertThatThrownBy(relay::run).isInstanceOf(SharedWriteException.class);
          assertThat(db.outbox()).hasSize(1);
          """,
      "Sessions", """
          assertThat(session.user()).isEqualTo("alice");
          assertThat(sessions.get(id)).isNull();
          assertThat(sessions.compute(id, (same, there) -> there == null ? null : there))
              .as("a request that was under way at sign-out").isNull();

          sessions.put("b", new Session("bob", 1)).orThrow();
          Session touched = sessions.compute("b", (same, there) -> new Session(there.user(), now));
          assertThat(sessions.get("b")).isEqualTo(touched);
          sessions.put("c", new Session("carol", 1)).orThrow();
          stopRedis.run();
          until(() -> sessions.get("c") == null);
          assertThatThrownBy(() -> sessions.invalidate("b").orThrow())
              .isInstanceOf(SharedWriteException.class);
          assertThatThrownBy(() -> sessions.compute("b", (same, there) -> there))
              .isInstanceOf(AtomicOperationException.class);

          caches.close();
          try (var files = Files.walk(directory.resolve("session_data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
              assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                  .doesNotContain("alice", "bob", "carol");
            }
          }
          """,
      "A rate-limited API", """
          assertThat(answer).isEqualTo("sunny");
          assertThat(none).isNull();
          assertThat(answers.get("weather/atlantis")).isNull();
          assertThat(api.calls).containsExactly("weather/oslo", "weather/atlantis");

          together(20, () -> answers.get("weather/rome"));
          assertThat(api.calls).filteredOn("weather/rome"::equals).hasSize(1);
          for (int i = 0; i < 40; i++) {
            answers.async().get("weather/" + i);
          }
          until(() -> api.calls.size() == 43);
          assertThat(api.most.get()).isBetween(1, 4);
          until(() -> api.running.get() == 0);

          time.advance(Duration.ofMinutes(11));
          api.broken = true;
          assertThat(answers.lookup("weather/oslo").state())
              .isEqualTo(Found.State.STALE_AFTER_FAILURE);
          int calls = api.calls.size();
          assertThat(answers.get("weather/oslo")).isEqualTo("sunny");
          assertThat(api.calls).as("left alone for 30 seconds").hasSize(calls);

          time.advance(Duration.ofSeconds(31));
          api.broken = false;
          api.slow = new CountDownLatch(1);
          assertThat(answers.lookup("weather/oslo").state())
              .isEqualTo(Found.State.STALE_AFTER_TIMEOUT);

          ThreadPoolExecutor pool = (ThreadPoolExecutor) few;
          for (int i = 0; i < 3; i++) { // the load of Oslo goes on
            answers.async().get("full/" + i);
          }
          until(() -> api.running.get() == 4);
          for (int i = 3; i < 103; i++) {
            answers.async().get("full/" + i);
          }
          until(() -> pool.getQueue().size() == 100);
          assertThatThrownBy(() -> answers.get("one too many"))
              .isInstanceOf(LoadException.class)
              .hasRootCauseInstanceOf(RejectedExecutionException.class);
          api.slow.countDown();
          pool.shutdown();
          """,
      "Hot reference data", """
          assertThat(report.loaded()).isEqualTo(2);
          assertThat(user).isEqualTo(alice);
          assertThat(db.loads).hasSize(2);

          time.advance(Duration.ofMinutes(51));
          db.rows.put("user:7", guest);
          assertThat(users.get("user:7")).isEqualTo(alice);
          until(() -> guest.equals(users.get("user:7")));
          assertThat(db.loads).hasSize(3);

          time.advance(Duration.ofMinutes(90));
          db.broken = true;
          assertThat(users.lookup("user:7").state())
              .isEqualTo(Found.State.STALE_WHILE_REVALIDATING);
          assertThat(users.get("user:7")).isEqualTo(guest);
          time.advance(Duration.ofHours(20));
          assertThat(users.get("user:7")).isEqualTo(guest);

          db.broken = false;
          users.put("user:7", guest);
          users.put("user:8", alice);
          caches.close();
          int loads = db.loads.size();
          try (TieredCacheManager again = TieredCacheManager.builder()
              .disk(Disk.at(directory.resolve("reference_data")).maximumMegabytes(200))
              .time(time)
              .build()) {
            assertThat(again.cache("users", String.class, User.class).warm(db.ids(), db::load))
                .returns(2L, WarmReport::present);
          }
          assertThat(db.loads).hasSize(loads);
          """,
      "Many tenants", """
          assertThat(user).isEqualTo(alice);
          assertThat(db.loads).containsExactly("acme/user:1");
          assertThat(users.tenant("acme").get("user:1")).isNull();
          assertThat(users.tenant("globex").get("user:1")).isEqualTo(guest);
          assertThat(users.get("user:1")).isNull();
          """,
      "Tests of your own code", """
          assertThat(loads).containsExactly("user:7", "user:7");
          """);

  /** The application around a recipe. */
  private static final String APPLICATION = """
      import static org.assertj.core.api.Assertions.assertThat;
      import static org.assertj.core.api.Assertions.assertThatThrownBy;

      import io.intelligentcache.*;
      import io.intelligentcache.disk.*;
      import io.intelligentcache.redis.*;
      import io.intelligentcache.tier.*;
      import java.io.IOException;
      import java.nio.charset.StandardCharsets;
      import java.nio.file.*;
      import java.time.Duration;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.concurrent.atomic.*;
      import java.util.function.BooleanSupplier;
      import javax.crypto.SecretKey;
      import javax.crypto.spec.SecretKeySpec;

      public final class RECIPE {
        record User(String name) {}

        record Change(long number, String key) {}

        static final User alice = new User("alice");
        static final User guest = new User("guest");
        static final Database db = new Database();
        static final Api api = new Api();
        static final Clock clock = new Clock();

        static final class Database {
          final Map<String, User> rows = new ConcurrentHashMap<>();
          final List<String> loads = new CopyOnWriteArrayList<>();
          final List<Change> changes = new CopyOnWriteArrayList<>();
          volatile boolean broken;

          User load(String id) {
            loads.add(id);
            works();
            return rows.getOrDefault(id, alice);
          }

          void save(String id, User user) {
            works();
            rows.put(id, user);
          }

          List<String> ids() {
            return List.of("user:7", "user:8");
          }

          void saveWithOutbox(String id, User user) {
            save(id, user);
            changes.add(new Change(changes.size(), id));
          }

          List<Change> outbox() {
            return changes;
          }

          void removeFromOutbox(long number) {
            changes.removeIf(change -> change.number() == number);
          }

          private void works() {
            if (broken) {
              throw new IllegalStateException("the database is down");
            }
          }
        }

        static final class Api {
          final List<String> calls = new CopyOnWriteArrayList<>();
          final AtomicInteger running = new AtomicInteger();
          final AtomicInteger most = new AtomicInteger();
          volatile boolean broken;
          volatile CountDownLatch slow = new CountDownLatch(0);

          String fetch(String key) throws Exception {
            calls.add(key);
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
              slow.await();
              if (broken) {
                throw new IOException("503");
              }
              return key.endsWith("atlantis") ? null : "sunny";
            } finally {
              running.decrementAndGet();
            }
          }
        }

        static final class Clock implements TimeSource {
          private final AtomicLong nanos = new AtomicLong();

          @Override
          public long nanos() {
            return nanos.get();
          }

          @Override
          public long epochMillis() {
            return 1_800_000_000_000L + nanos.get() / 1_000_000;
          }

          void advance(Duration by) {
            nanos.addAndGet(by.toNanos());
          }
        }

        static void until(BooleanSupplier done) throws InterruptedException {
          long deadline = System.nanoTime() + 30_000_000_000L;
          while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("gave up waiting").isLessThan(deadline);
            Thread.sleep(5);
          }
        }

        static void together(int threads, Callable<?> call) throws Exception {
          ExecutorService callers = Executors.newFixedThreadPool(threads);
          try {
            for (Future<?> made : callers.invokeAll(Collections.nCopies(threads, call))) {
              made.get();
            }
          } finally {
            callers.shutdown();
          }
        }

        public static void run(Path directory, Runnable stopRedis) throws Exception {
          CODE
          try {
            PROMISE
          } finally {
            caches.close();
          }
        }
      }
      """;

  private static final RedisServerProcess SERVER = RedisServerProcess.launch();

  @TempDir
  static Path classes;

  @TempDir
  Path directory;

  /** The code of each recipe by its heading. */
  static Map<String, String> recipes() throws IOException {
    Map<String, String> recipes = new LinkedHashMap<>();
    for (Block block : Block.javaOf(PAGE)) {
      assertThat(recipes.put(block.heading(), block.text()))
          .as("a second block")
          .isNull();
    }
    return recipes;
  }

  static Stream<String> headings() throws IOException {
    return recipes().keySet().stream();
  }

  @BeforeAll
  static void compile() throws IOException {
    List<JavaFileObject> units = new ArrayList<>();
    recipes().forEach((heading, code) -> units.add(unit(heading, code)));
    JavaSources.compile(units, classes, PAGE);
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static JavaFileObject unit(String heading, String code) {
    String source = APPLICATION
        .replace("RECIPE", className(heading))
        .replace("CODE", inDirectory(code))
        .replace("PROMISE", PROMISES.getOrDefault(heading, ""));
    return JavaSources.source(className(heading), source);
  }

  private static String className(String heading) {
    return Stream.of(heading.split("\\W+"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(joining());
  }

  /** The code with its files in a directory of the test and, where it has no Redis, with a clock of the test. */
  private static String inDirectory(String code) {
    String located = code.replace("Path.of(", "directory.resolve(").replace(REDIS, SERVER.url());
    if (code.contains(REDIS) || code.contains("TimeSource")) {
      return located;
    }
    String timed = located.replace(BUILDER, BUILDER + ".time(time)");
    return "Clock time = clock;\n" + timed;
  }

  @Test
  void everyRecipePromisesSomething() throws IOException {
    Set<String> headings = recipes().keySet();
    assertThat(headings).containsExactlyInAnyOrderElementsOf(PROMISES.keySet());
  }

  @ParameterizedTest
  @MethodSource("headings")
  void doesWhatItPromises(String heading) throws Exception {
    SERVER.start();
    Files.write(directory.resolve("session.key"), new byte[32]);
    try (var loader = new URLClassLoader(
        new URL[] {classes.toUri().toURL()}, RecipesTest.class.getClassLoader())) {
      loader
          .loadClass(className(heading))
          .getMethod("run", Path.class, Runnable.class)
          .invoke(null, directory, (Runnable) SERVER::kill);
    } catch (InvocationTargetException failed) {
      throw new AssertionError(heading, failed.getCause());
    }
  }
}
