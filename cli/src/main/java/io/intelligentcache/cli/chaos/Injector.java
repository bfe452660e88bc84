package io.intelligentcache.cli.chaos;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.cli.chaos.FaultKind.Place;
import io.intelligentcache.cli.chaos.Schedule.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Makes the faults of a schedule happen, and sees to it that each is healed. */
final class Injector implements AutoCloseable {
  private static final long LONGEST_HEALING_SECONDS = 60;
  private static final int KEPT = 200;

  private final World world;
  private final Schedule schedule;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch scheduled = new CountDownLatch(1); // no fault begins any more
  private final Set<Spot> busy = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class); // under this lock
  private final Deque<String> log = new ArrayDeque<>(); // under this lock

  private record Spot(Place place, int instance) {
    static Spot of(Step step) {
      Place place = step.kind().place();
      return new Spot(place, place == Place.SERVER ? 0 : step.instance());
    }
  }

  Injector(World world, Schedule schedule) {
    this.world = world;
    this.schedule = schedule;
  }

  /** Begins; faults come until {@link #end}. Called once. */
  void start() {
    threads.execute(() -> {
      guarded(this::run);
      scheduled.countDown();
    });
  }

  private void run() throws InterruptedException {
    if (schedule.isEmpty()) {
      return;
    }
    Step step = schedule.next();
    while (!ended.await(step.pause().toMillis(), MILLISECONDS)) {
      Step due = step;
      if (busy.add(Spot.of(due))) {
        threads.execute(() -> guarded(() -> happen(due)));
      }
      step = schedule.next();
    }
  }

  private void happen(Step step) throws InterruptedException {
    long start = world.ledger().now();
    Heal heal = world.strike(step.kind(), world.instances().get(step.instance()));
    try {
      if (heal != Heal.NOTHING) {
        var unused = ended.await(step.lasting().toMillis(), MILLISECONDS);
      }
    } finally {
      heal.heal();
      note(step, start);
      busy.remove(Spot.of(step));
    }
  }

  private synchronized void note(Step step, long start) {
    counts.merge(step.kind(), 1, Integer::sum);
    if (log.size() == KEPT) {
      log.removeFirst();
    }
    boolean atServer = step.kind().place() == Place.SERVER;
    log.addLast(Times.seconds(start) + " to " + Times.seconds(world.ledger().now()) + ": "
        + step.kind().label() + (atServer ? "" : " of instance " + step.instance()));
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private void guarded(Work work) {
    try {
      work.run();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    } catch (Throwable thrown) { // anything that goes wrong here spoils the run, and must be told
      failure.compareAndSet(null, thrown);
    }
  }

  /** What went wrong with the faults themselves, or null. */
  @Nullable
  Throwable failure() {
    return failure.get();
  }

  /** No more faults: heals those there are, and returns when all is well. */
  void end() {
    ended.countDown();
    try {
      scheduled.await();
      threads.shutdown();
      if (!threads.awaitTermination(LONGEST_HEALING_SECONDS, SECONDS)) {
        throw new IllegalStateException(
            "a fault is not healed after " + LONGEST_HEALING_SECONDS + " s");
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized Map<FaultKind, Integer> counts() {
    return new EnumMap<>(counts);
  }

  /** How many faults are over. */
  synchronized int total() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The latest faults, in the order of their ends. */
  synchronized List<String> log() {
    return new ArrayList<>(log);
  }

  /** Ends it after a failure, whatever state it is in. */
  @Override
  public void close() {
    ended.countDown();
    threads.shutdownNow();
  }
}
