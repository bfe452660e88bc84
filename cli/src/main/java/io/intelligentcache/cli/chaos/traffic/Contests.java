package io.intelligentcache.cli.chaos.traffic;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.cli.chaos.traffic.Instance.Life;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes all instances write the same key at the same moment, key after key. After its contest a key is
 * left alone for longer than the bound, and it is read before its next contest.
 */
final class Contests {
  private static final long LONGEST_WAIT_SECONDS = 2;
  private static final long PAUSE_NANOS = MILLISECONDS.toNanos(2);

  private final List<Instance> instances;
  private final Lanes lanes;
  private final AtomicBoolean stop;
  private final CyclicBarrier start;
  private final RestingKeys keys;
  private final SplittableRandom random; // of the drawing thread
  private volatile @Nullable Tie tie; // null if the drawn key still rests

  /**
   * Contests between two instances or more; {@link #play} has to run for each instance.
   *
   * @param keys hands out keys
   * @param stop ends the contests when it is set
   */
  Contests(
      List<Instance> instances,
      Lanes lanes,
      RestingKeys keys,
      SplittableRandom random,
      AtomicBoolean stop) {
    this.instances = instances;
    this.lanes = lanes;
    this.keys = keys;
    this.random = random;
    this.stop = stop;
    this.start = new CyclicBarrier(instances.size(), this::draw);
  }

  private void draw() {
    Lane lane = lanes.strictOrAny(random);
    String key = keys.next(lane, lane.keys().contested());
    tie = key == null ? null : Tie.draw(lane, key, instances, random);
  }

  /** Takes part for one instance until the end of the traffic. */
  void play(Instance instance) {
    while (!stop.get()) {
      Tie drawn = awaitStart() ? tie : null;
      Life life = instance.life();
      if (drawn == null || life == null) {
        LockSupport.parkNanos(PAUSE_NANOS);
        continue;
      }
      try {
        drawn.play(instance, life);
      } catch (IllegalStateException closed) {
        // its life has ended
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
}
