package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.redis.RedisServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random schedules over a real Redis, judged by {@link History}. Threads and network are real, so with
 * the same seed a violation is likely to occur again, but not certain.
 */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class RandomSchedulesTest {
  private static final Duration TIME = Effort.of(Duration.ofSeconds(3), Duration.ofMinutes(2));
  private static final int AT_ONCE = 4;
  private static final int SCHEDULES_PER_WORLD = 8;

  /** Also the duration of a lease that was lost with its connection: loads wait for its end. */
  private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(2);

  private static final List<Duration> BOUNDS =
      List.of(Duration.ZERO, Duration.ZERO, Duration.ofMillis(60), Duration.ofMillis(300));
  private static final List<Duration> JUMPS = List.of(
      Duration.ofSeconds(-1),
      Duration.ofSeconds(-30),
      Duration.ofHours(-1),
      Duration.ofSeconds(5),
      Duration.ofMinutes(10));

  @RegisterExtension
  private final Seed seed = new Seed();

  private final long deadline = System.nanoTime() + TIME.toNanos();
  private final AtomicLong worlds = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();

  @Test
  void noScheduleMakesAnInstanceAnswerWhatIsOutdated(@TempDir Path directory) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        Optional<ServerClock> clock = ServerClock.launch(directory);
        if (clock.isEmpty()) {
          System.out.println("the clock of Redis is not set in these schedules");
        }
        RedisServerProcess server =
            clock.map(ServerClock::server).orElseGet(RedisServerProcess::launch);
        running.add(threads.submit(() -> {
          try {
            while (goesOn()) {
              world(seed.value() + worlds.getAndIncrement(), server, clock);
            }
          } finally {
            clock.ifPresentOrElse(ServerClock::close, server::close);
          }
          return null;
        }));
      }
      for (Future<?> one : running) {
        one.get(TIME.toSeconds() + 300, SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(violations).isEmpty();
    assertThat(acknowledged).as("changes acknowledged").hasPositiveValue();
  }

  private boolean goesOn() {
    return System.nanoTime() - deadline < 0 && violations.isEmpty();
  }

  /** Opens some instances, and runs schedules on them one after the other. */
  private void world(long worldSeed, RedisServerProcess server, Optional<ServerClock> clock)
      throws Exception {
    Random random = new Random(worldSeed);
    String namespace = "w" + worldSeed;
    Duration bound = BOUNDS.get(random.nextInt(BOUNDS.size()));
    clock.ifPresent(moved -> moved.moveTo(Duration.ZERO));
    List<String> jumps = new ArrayList<>();
    Runnable clockJump = () -> {
      Duration jump = JUMPS.get(random.nextInt(JUMPS.size()));
      clock.ifPresent(moved -> {
        moved.move(jump);
        jumps.add(jump.toString());
      });
    };
    List<History> histories = new ArrayList<>();
    for (int i = 0; i < SCHEDULES_PER_WORLD; i++) {
      histories.add(new History(bound));
    }
    boolean yesterday = random.nextBoolean();
    if (yesterday) {
      fill(new SteeredInstance(server, namespace, bound, LOAD_TIMEOUT, Duration.ZERO), histories);
      clockJump.run();
    }
    List<SteeredInstance> instances = new ArrayList<>();
    try {
      int count = 2 + random.nextInt(2);
      int slow = random.nextInt(2) == 0 ? 0 : -1;
      for (int i = 0; i < count; i++) {
        Duration delay = Duration.ofMillis(i == slow ? 15 : 0);
        instances.add(new SteeredInstance(server, namespace, bound, LOAD_TIMEOUT, delay));
      }
      for (int i = 0; i < SCHEDULES_PER_WORLD && goesOn(); i++) {
        History history = histories.get(i);
        RandomSchedule schedule =
            new RandomSchedule(random.nextLong(), "s" + i, instances, history, clockJump);
        schedule.run();
        acknowledged.addAndGet(history.acknowledged());
        if (!history.violations().isEmpty()) {
          violations.add("world " + worldSeed + ", bound " + bound + ", " + count + " instances"
              + (slow == 0 ? ", 0 is slow" : "") + (yesterday ? ", filled by an earlier one" : "")
              + ", the clock of Redis was set by " + jumps
              + "\n  " + String.join("\n  ", history.violations())
              + "\n  " + String.join("\n  ", schedule.steps()));
        }
      }
    } finally {
      instances.forEach(SteeredInstance::close);
    }
  }

  /** Puts values by an instance that ends before the others begin. */
  private static void fill(SteeredInstance earlier, List<History> histories) {
    try (earlier) {
      for (int i = 0; i < histories.size(); i++) {
        var cache = earlier.manager.cache("s" + i, String.class, String.class);
        for (String key : RandomSchedule.keys()) {
          History.Change change = histories.get(i).put(-1, key);
          earlier
              .make(change, () -> cache.async().put(key, "" + change.made.get(key)))
              .join();
        }
      }
    }
  }
}
