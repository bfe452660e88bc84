package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.AtomicOperationException;
import io.intelligentcache.CacheSpec;
import io.intelligentcache.Freshness;
import io.intelligentcache.LoadException;
import io.intelligentcache.Outage;
import io.intelligentcache.TieredCache;
import io.intelligentcache.all.SteeredLine.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A schedule of a few steps on one cache, drawn from a seed: what instances read, change and load, and
 * what the network lets pass. At the end everything is delivered, and all instances must agree.
 */
final class RandomSchedule {
  private static final List<String> KEYS = List.of("k0", "k1", "k2");
  private static final Freshness REFRESHED = Freshness.none().refreshAhead(Duration.ofMillis(60));
  private static final Duration REFRESHED_TTL = Duration.ofMillis(120);

  /** How long to wait for a step that may be unable to end. The result does not depend on it. */
  private static final long A_WHILE_MILLIS = 8;

  private static final int MOST_READS = 100;

  private final Random random;
  private final String name;
  private final List<SteeredInstance> instances;
  private final List<TieredCache<String, String>> caches = new ArrayList<>();
  private final History history;
  private final Runnable clockJump;
  private final List<String> keys;
  private final Queue<Load> loads = new ConcurrentLinkedQueue<>();
  private final List<CompletableFuture<?>> calls = new ArrayList<>();
  private final Map<Integer, CompletableFuture<?>> sweeps = new TreeMap<>();
  private final Queue<String> steps = new ConcurrentLinkedQueue<>();
  private final long began = System.nanoTime();
  private volatile boolean ending;

  /** A loader that has read the database and has not returned yet. */
  private record Load(int instance, String key, CountDownLatch mayEnd) {}

  /**
   * Creates a schedule.
   *
   * @param name the name of its cache
   * @param clockJump sets the clock of Redis, while no instance is connected
   */
  RandomSchedule(
      long seed,
      String name,
      List<SteeredInstance> instances,
      History history,
      Runnable clockJump) {
    this.random = new Random(seed);
    this.name = name;
    this.instances = instances;
    this.history = history;
    this.clockJump = clockJump;
    this.keys = KEYS.subList(0, 1 + random.nextInt(KEYS.size()));
    CacheSpec<String, String> spec =
        CacheSpec.of(String.class, String.class).outage(Outage.strict());
    boolean refreshes = random.nextInt(4) == 0;
    CacheSpec<String, String> own = refreshes ? spec.ttl(REFRESHED_TTL).freshness(REFRESHED) : spec;
    instances.forEach(instance -> caches.add(instance.manager.cache(name, own)));
    note("cache " + name + (refreshes ? " that refreshes" : ""));
  }

  /** The keys of all schedules. */
  static List<String> keys() {
    return KEYS;
  }

  /** Runs the schedule; violations are in its history. */
  void run() throws Exception {
    try {
      if (random.nextInt(3) == 0) {
        clear(random.nextInt(instances.size())); // before any instance has read
      }
      int count = 12 + random.nextInt(24);
      for (int i = 0; i < count && history.violations().isEmpty(); i++) {
        step();
      }
    } finally {
      end();
    }
    if (history.violations().isEmpty()) {
      agree();
    }
  }

  List<String> steps() {
    return List.copyOf(steps);
  }

  private void note(String step) {
    steps.add(String.format(Locale.ROOT, "%8d us  %s", (System.nanoTime() - began) / 1_000, step));
  }

  private void step() throws Exception {
    int instance = random.nextInt(instances.size());
    SteeredLine line = instances.get(instance).line;
    String key = keys.get(random.nextInt(keys.size()));
    int drawn = random.nextInt(100);
    if (drawn < 14) {
      put(instance, key);
    } else if (drawn < 23) {
      remove(instance, key);
    } else if (drawn < 27) {
      clear(instance);
    } else if (drawn < 30) {
      removeMatching(instance, key);
    } else if (drawn < 34) {
      exchange(instance, key);
    } else if (drawn < 38) {
      changeDuringLoad(instance, (instance + 1) % instances.size(), key);
    } else if (drawn < 50) {
      load(instance, key);
    } else if (drawn < 60) {
      settle(read(instance, key));
    } else if (drawn < 70) {
      endLoad();
    } else if (drawn < 77) {
      if (instances.size() > 2 && random.nextBoolean()) {
        removeBefore(key);
        putAtOnce(1, 2, key);
      } else {
        putAtOnce(instance, (instance + 1) % instances.size(), key);
      }
    } else if (drawn < 83) {
      hold(line, instance, Way.REQUESTS);
    } else if (drawn < 85) {
      hold(line, instance, random.nextBoolean() ? Way.REPLIES : Way.CHANGES);
    } else if (drawn < 92) {
      heal();
    } else if (drawn < 96) {
      note("a while");
      pause();
    } else if (drawn < 98) {
      breakOff(line, instance);
    } else if (drawn < 99) {
      jump();
    } else {
      instances.get(instance).line.heal();
      note(instance + " is healed");
    }
  }

  private void put(int instance, String key) throws InterruptedException {
    settle(beginPut(instance, key));
  }

  private CompletableFuture<?> beginPut(int instance, String key) {
    History.Change change = history.put(instance, key);
    String value = "" + change.made.get(key);
    note(instance + " puts " + key + "=" + value);
    return called(
        instances.get(instance).make(change, () -> caches.get(instance).async().put(key, value)),
        change);
  }

  private void remove(int instance, String key) throws InterruptedException {
    History.Change change = history.remove(instance, key);
    note(instance + " removes " + key + ", database " + change.made.get(key));
    settle(called(
        instances.get(instance).make(change, () -> caches.get(instance).async().invalidate(key)),
        change));
  }

  private void clear(int instance) throws InterruptedException {
    if (maySweep(instance)) {
      History.Change change = history.sweep(instance, keys);
      note(instance + " clears, database " + change.made);
      sweep(
          instance,
          change,
          instances
              .get(instance)
              .sweep(name, change, () -> caches.get(instance).async().clear()));
    }
  }

  private void removeMatching(int instance, String key) throws InterruptedException {
    if (maySweep(instance)) {
      History.Change change = history.sweep(instance, Set.of(key));
      note(instance + " removes what matches " + key + ", database " + change.made);
      sweep(
          instance,
          change,
          instances
              .get(instance)
              .sweep(name, change, () -> caches.get(instance).async().invalidateMatching(key)));
    }
  }

  private boolean maySweep(int instance) {
    CompletableFuture<?> last = sweeps.get(instance);
    return last == null || last.isDone();
  }

  private void sweep(int instance, History.Change change, CompletableFuture<?> sweep)
      throws InterruptedException {
    sweeps.put(instance, sweep);
    settle(called(sweep, change));
  }

  private void exchange(int instance, String key) throws InterruptedException {
    History.Change change = history.exchange(instance, key);
    String value = "" + change.made.get(key);
    note(instance + " computes " + key + "=" + value);
    long called = System.nanoTime();
    CompletableFuture<String> done = caches.get(instance).async().compute(key, (k, found) -> {
      if (found != null) {
        history.found(instance, key, Long.parseLong(found), called);
      }
      return value;
    });
    settle(called(
        done.handle((answer, failure) -> {
          if (failure == null) {
            change.acknowledged();
            change.returned();
          } else if (!(unwrapped(failure) instanceof AtomicOperationException)) {
            history.violation("compute of " + key + " by " + instance + " failed: " + failure);
          }
          return answer;
        }),
        change));
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private CompletableFuture<?> called(CompletableFuture<?> call, Object what) {
    calls.add(call);
    var unused = call.whenComplete((done, failure) -> note("  over: " + what));
    return call;
  }

  private CompletableFuture<?> read(int instance, String key) {
    note(instance + " reads " + key);
    return quietRead(instance, key)
        .whenComplete((value, failure) -> note("  " + instance + " found " + key + "=" + value));
  }

  private CompletableFuture<?> quietRead(int instance, String key) {
    long start = System.nanoTime();
    CompletableFuture<String> read = caches.get(instance).async().get(key);
    return judged(instance, key, start, read, "read");
  }

  private void load(int instance, String key) throws InterruptedException {
    note(instance + " reads or loads " + key);
    settle(beginLoad(instance, key));
  }

  private CompletableFuture<?> beginLoad(int instance, String key) {
    long start = System.nanoTime();
    CompletableFuture<String> read = caches.get(instance).async().get(key, k -> {
      String row = "" + history.load(key);
      if (!ending) {
        Load load = new Load(instance, key, new CountDownLatch(1));
        note("  the loader of " + instance + " has read " + key + "=" + row);
        loads.add(load);
        if (ending) {
          load.mayEnd().countDown();
        }
        load.mayEnd().await();
        note("  the loader of " + instance + " answers " + key + "=" + row);
      }
      return row;
    });
    return judged(
        instance,
        key,
        start,
        read.thenApply(value -> {
          note("  " + instance + " found or loaded " + key + "=" + value);
          if (value == null) {
            history.violation("a load of " + key + " by " + instance + " answered nothing");
          }
          return value;
        }),
        "load");
  }

  private CompletableFuture<?> judged(
      int instance, String key, long start, CompletableFuture<String> read, String how) {
    CompletableFuture<?> judged = read.handle((value, failure) -> {
      if (failure != null && unwrapped(failure) instanceof LoadException) {
        note("  gave up: " + how + " of " + key + " by " + instance); // a load timed out
      } else if (failure != null) {
        history.violation(how + " of " + key + " by " + instance + " failed: " + failure);
      } else if (value != null) {
        history.read(instance, key, Long.parseLong(value), start, how);
      }
      return value;
    });
    calls.add(judged);
    return judged;
  }

  private void endLoad() throws InterruptedException {
    Load load = loads.poll();
    if (load != null) {
      load.mayEnd().countDown();
      pause();
    }
  }

  /** An instance loads a key while another one changes it, and the change is slow to arrive. */
  private void changeDuringLoad(int loading, int changing, String key) throws InterruptedException {
    load(loading, key);
    hold(instances.get(changing).line, changing, Way.REQUESTS);
    switch (random.nextInt(4)) {
      case 0 -> put(changing, key);
      case 1 -> remove(changing, key);
      case 2 -> clear(changing);
      default -> removeMatching(changing, key);
    }
    pause();
    endLoad();
    heal();
  }

  /**
   * The first instance, whose line may be slow, removes a key. The next one
   * waits until it sees the removal.
   */
  private void removeBefore(String key) throws InterruptedException {
    put(1, key);
    remove(0, key);
    awaitArrival(1, key);
  }

  /** Two instances read a key, then put it at the same moment. */
  private void putAtOnce(int one, int other, String key) throws InterruptedException {
    note(one + " and " + other + " put " + key + " at once");
    settle(CompletableFuture.allOf(read(one, key), read(other, key)));
    settle(CompletableFuture.allOf(beginPut(one, key), beginPut(other, key)));
  }

  /** Waits until a removal by an instance with a slow line has arrived. */
  private void awaitArrival(int instance, String key) throws InterruptedException {
    for (int i = 0; i < MOST_READS; i++) {
      CompletableFuture<?> read = quietRead(instance, key);
      settle(read);
      if (!read.isDone() || read.getNow(null) == null) {
        return;
      }
    }
  }

  private void hold(SteeredLine line, int instance, Way way) {
    note("holds " + way + " of " + instance);
    line.hold(way);
  }

  /** Heals the line of one of the instances whose line holds something. */
  private void heal() throws InterruptedException {
    List<SteeredInstance> held =
        instances.stream().filter(instance -> instance.line.holdsAny()).toList();
    if (!held.isEmpty()) {
      SteeredInstance healed = held.get(random.nextInt(held.size()));
      note(instances.indexOf(healed) + " is healed");
      healed.line.heal();
      pause();
    }
  }

  private void breakOff(SteeredLine line, int instance) throws InterruptedException {
    boolean arrives = random.nextBoolean();
    note("connections of " + instance + " break" + (arrives ? ", requests arrive" : ""));
    if (random.nextInt(3) == 0) {
      line.refuse();
    }
    if (arrives) {
      line.hangUp();
    } else {
      line.cut();
    }
    if (!line.holdsAny()) {
      instances.get(instance).awaitHealthy();
    }
    pause();
  }

  /**
   * Breaks all connections, and sets the clock of Redis. Requests in flight are lost, so that none
   * arrives later than its sender expects.
   */
  private void jump() {
    note("everybody's connections break, and the clock of Redis is set");
    instances.forEach(instance -> {
      instance.line.heal();
      instance.line.refuse();
      instance.line.cut();
    });
    clockJump.run();
    instances.forEach(instance -> instance.line.heal());
    instances.forEach(SteeredInstance::awaitHealthy);
  }

  /** Waits for a call that may be unable to end now. */
  private void settle(CompletableFuture<?> call) throws InterruptedException {
    try {
      call.get(A_WHILE_MILLIS, MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // the call may still run; failures are judged where they occur
    }
  }

  private static void pause() throws InterruptedException {
    var unused = new CountDownLatch(1).await(A_WHILE_MILLIS, MILLISECONDS);
  }

  /** Lets everything be delivered, and all loads end. */
  private void end() throws Exception {
    note("everything is delivered");
    ending = true;
    loads.forEach(load -> load.mayEnd().countDown());
    instances.forEach(instance -> instance.line.heal());
    for (CompletableFuture<?> call : calls) {
      try {
        call.get(SteeredInstance.PATIENCE.toSeconds(), SECONDS);
      } catch (ExecutionException e) {
        // judged where it occurred
      } catch (TimeoutException e) {
        history.violation("a call does not end");
      }
    }
    instances.forEach(SteeredInstance::awaitHealthy);
  }

  /**
   * Reads until all instances return the same, at a time when all acknowledged changes
   * must be visible to all of them.
   */
  private void agree() throws Exception {
    long deadline = System.nanoTime() + SECONDS.toNanos(10);
    Map<String, String> different;
    do {
      boolean binding = history.allBind(System.nanoTime());
      different = new TreeMap<>();
      for (String key : keys) {
        List<String> answers = new ArrayList<>();
        for (int instance = 0; instance < instances.size(); instance++) {
          answers.add(String.valueOf(quietRead(instance, key).get(30, SECONDS)));
        }
        if (answers.stream().filter(answer -> !answer.equals("null")).distinct().count() > 1) {
          different.put(key, answers.toString());
        }
      }
      if (binding && different.isEmpty()) {
        for (String key : keys) {
          for (int instance = 0; instance < instances.size(); instance++) {
            note(instance + " reads or loads " + key);
            beginLoad(instance, key).get(30, SECONDS);
          }
        }
        return;
      }
      pause();
    } while (history.violations().isEmpty() && System.nanoTime() - deadline < 0);
    if (!different.isEmpty()) {
      history.violation("instances keep answering differently: " + different);
    }
  }
}
