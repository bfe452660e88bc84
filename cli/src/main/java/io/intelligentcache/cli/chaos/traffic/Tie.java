package io.intelligentcache.cli.chaos.traffic;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.cli.chaos.traffic.Instance.Life;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A contest: all instances put the same key at the same moment. In half of the contests one instance
 * removes the key first, and the others put it as soon as they see the removal. Each of them derives its
 * version from the version of the removal, so two of them may get the same version.
 *
 * @param remover the instance that removes the key first, or null
 * @param loser the instance that removes the key while the others put it, or null
 * @param ready counts down to zero when all instances are ready to put
 */
record Tie(
    Lane lane,
    String key,
    @Nullable Instance remover,
    @Nullable Instance loser,
    CountDownLatch ready) {
  private static final long LONGEST_MEETING_MILLIS = 100;
  private static final long LONGEST_LOOK_NANOS = MILLISECONDS.toNanos(80);
  private static final int LOSER_OF = 8;

  static Tie draw(Lane lane, String key, List<Instance> instances, SplittableRandom random) {
    boolean removedFirst = random.nextBoolean();
    return new Tie(
        lane,
        key,
        removedFirst ? instances.get(random.nextInt(instances.size())) : null,
        random.nextInt(LOSER_OF) == 0 ? instances.get(random.nextInt(instances.size())) : null,
        new CountDownLatch(instances.size() - (removedFirst ? 1 : 0)));
  }

  /**
   * Takes part for one instance, on its own thread.
   *
   * @param life the instance's life when the contest began
   */
  void play(Instance instance, Life life) {
    Changes changes = lane.changes();
    lane.read(life, key);
    if (instance == remover) {
      changes.remove(life, key);
      return;
    }
    if (remover != null) {
      awaitRemoval(life);
    }
    meet();
    if (instance == loser) {
      changes.remove(life, key);
    } else {
      changes.put(life, key, null);
    }
  }

  private void awaitRemoval(Life life) {
    long deadline = System.nanoTime() + LONGEST_LOOK_NANOS;
    while (lane.read(life, key) != null && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
  }

  private void meet() {
    ready.countDown();
    try {
      var unused = ready.await(LONGEST_MEETING_MILLIS, MILLISECONDS);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }
}
