package io.intelligentcache.cli.chaos.fault;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.cli.chaos.fault.FaultKind.Place;
import io.intelligentcache.cli.chaos.fault.Schedule.Step;
import io.intelligentcache.cli.chaos.traffic.Instance;
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

/** Injects the faults of a schedule, and makes sure that each is healed. */
public final class Injector implements AutoCloseable {
  private static final long LONGEST_HEALING_SECONDS = 60;
  private static final int KEPT = 200;
  private static final int ALL = -1; // stands for all instances

  private final World world;
  private final Schedule schedule;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch scheduled = new CountDownLatch(1); // no further fault begins
  private final Set<Spot> busy = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class); // guarded by this
  private final Deque<String> log = new ArrayDeque<>(); // guarded by this

  private record Spot(Place place, int instance) {
    /** If an instance has no proxy of its own, a network fault affects all instances, at the server. */
    static Spot of(Place place, Instance at) {
      boolean all = place == Place.NETWORK && at.proxy() == null;
      boolean ofAll = all || place == Place.SERVER || place == Place.SERVER_CLOCK;
      return new Spot(all ? Place.SERVER : place, ofAll ? ALL : at.number());
    }

    @Override
    public String toString() {
      return instance == ALL ? "" : " of instance " + instance;
    }
  }

  public Injector(World world, Schedule schedule) {
    this.world = world;
    this.schedule = schedule;
  }

  /** Starts to inject faults, until {@link #end}. Called once. */
  public void start() {
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
      Spot spot = spot(due);
      if (busy.add(spot)) {
        threads.execute(() -> guarded(() -> happen(due, spot)));
      }
      step = schedule.next();
    }
  }

  private Spot spot(Step step) {
    return Spot.of(step.kind().place(), world.instances().get(step.instance()));
  }

  private void happen(Step step, Spot spot) throws InterruptedException {
    long start = world.lanes().now();
    Heal heal = world.strike(step.kind(), world.instances().get(step.instance()));
    try {
      if (heal != Heal.NOTHING) {
        var unused = ended.await(step.lasting().toMillis(), MILLISECONDS);
      }
    } finally {
      heal.heal();
      note(step, spot, start);
      busy.remove(spot);
    }
  }

  private synchronized void note(Step step, Spot spot, long start) {
    counts.merge(step.kind(), 1, Integer::sum);
    if (log.size() == KEPT) {
      log.removeFirst();
    }
    log.addLast(Times.seconds(start) + " to " + Times.seconds(world.lanes().now()) + ": "
        + step.kind().label() + spot);
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private void guarded(Work work) {
    try {
      work.run();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    } catch (Throwable thrown) { // any failure here spoils the run
      failure.compareAndSet(null, thrown);
    }
  }

  /** The first failure of the injector itself, or null. */
  @Nullable
  public Throwable failure() {
    return failure.get();
  }

  /** Begins no further fault, heals the current ones, and returns when all are healed. */
  public void end() {
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

  public synchronized Map<FaultKind, Integer> counts() {
    return new EnumMap<>(counts);
  }

  /** How many faults have ended. */
  public synchronized int total() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The latest faults, in the order of their ends. */
  public synchronized List<String> log() {
    return new ArrayList<>(log);
  }

  /** Ends the injector after a failure, in any state. */
  @Override
  public void close() {
    ended.countDown();
    threads.shutdownNow();
  }
}
