package io.intelligentcache.cli.chaos;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.cli.chaos.Instance.Life;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * All instances write the same key at the same moment, then leave it alone for longer than the bound
 * and read it. In half of the contests one instance removes the key first and the others put it as soon
 * as they see that: they count on from the version of that removal, and may come to the same one.
 */
final class Contests {
  private static final long LONGEST_WAIT_SECONDS = 2;
  private static final long LONGEST_MEETING_MILLIS = 100;
  private static final long LONGEST_LOOK_NANOS = MILLISECONDS.toNanos(80);
  private static final long PAUSE_NANOS = MILLISECONDS.toNanos(2);
  private static final int REMOVAL_OF = 8;

  private final List<Instance> instances;
  private final Lanes lanes;
  private final SplittableRandom random; // of the thread that draws
  private final AtomicBoolean stop;
  private final CyclicBarrier start;
  private final Map<Policy, Integer> next = new EnumMap<>(Policy.class); // of the thread that draws
  private final Map<String, Long> restedAt = new HashMap<>(); // of the thread that draws
  private volatile @Nullable Contest contest; // null if all keys rest

  /**
   * One key, written by all.
   *
   * @param remover who removes it first, or null
   * @param loser who removes it at the same moment as the others put it, or null
   * @param ready met by those who are about to put
   */
  private record Contest(
      Lane lane,
      String key,
      @Nullable Instance remover,
      @Nullable Instance loser,
      CountDownLatch ready) {}

  /**
   * Contests between all instances; {@link #play} has to be run for each.
   *
   * @param stop ends them when set
   */
  Contests(List<Instance> instances, Lanes lanes, SplittableRandom random, AtomicBoolean stop) {
    this.instances = instances;
    this.lanes = lanes;
    this.random = random;
    this.stop = stop;
    this.start = new CyclicBarrier(instances.size(), this::draw);
  }

  private void draw() {
    Lane lane = random.nextBoolean() ? lanes.all().get(0) : lanes.any(random);
    List<String> keys = lane.keys().contested();
    int index = next.merge(lane.policy(), 1, Integer::sum) % keys.size();
    String key = keys.get(index);
    long now = lanes.now();
    String name = lane.policy() + key;
    if (restedAt.getOrDefault(name, 0L) > now) {
      next.merge(lane.policy(), -1, Integer::sum);
      contest = null;
      return;
    }
    restedAt.put(name, now + lane.restNanos());
    boolean removedFirst = random.nextBoolean();
    contest = new Contest(
        lane,
        key,
        removedFirst ? any() : null,
        random.nextInt(REMOVAL_OF) == 0 ? any() : null,
        new CountDownLatch(instances.size() - (removedFirst ? 1 : 0)));
  }

  private Instance any() {
    return instances.get(random.nextInt(instances.size()));
  }

  /** Takes part for one instance until the end of the traffic. */
  void play(Instance instance) {
    while (!stop.get()) {
      Contest drawn = awaitStart() ? contest : null;
      Life life = instance.life();
      if (drawn != null && life != null) {
        try {
          play(drawn, instance, life);
        } catch (IllegalStateException closed) {
          // its life has ended
        }
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private boolean awaitStart() {
    try {
      start.await(LONGEST_WAIT_SECONDS, SECONDS);
      return true;
    } catch (TimeoutException | BrokenBarrierException late) {
      mend();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      stop.set(true);
    }
    return false;
  }

  private synchronized void mend() {
    if (start.isBroken()) {
      start.reset();
    }
  }

  private void play(Contest drawn, Instance instance, Life life) {
    Changes changes = drawn.lane().changes();
    read(drawn, life);
    if (drawn.remover() == instance) {
      changes.remove(life, drawn.key());
      return;
    }
    if (drawn.remover() != null) {
      awaitRemoval(drawn, life);
    }
    meet(drawn.ready());
    if (drawn.loser() == instance) {
      changes.remove(life, drawn.key());
    } else {
      changes.put(life, drawn.key(), null);
    }
  }

  private void awaitRemoval(Contest drawn, Life life) {
    long deadline = System.nanoTime() + LONGEST_LOOK_NANOS;
    while (read(drawn, life) && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
  }

  private boolean read(Contest drawn, Life life) {
    Lane lane = drawn.lane();
    long start = lanes.now();
    String text = life.cache(lane.policy()).get(drawn.key());
    lane.ledger().judge(drawn.key(), life.number(), start, text);
    return text != null;
  }

  private static void meet(CountDownLatch others) {
    others.countDown();
    try {
      var unused = others.await(LONGEST_MEETING_MILLIS, MILLISECONDS);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }
}
