package io.intelligentcache.cli.chaos.traffic;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.cli.chaos.Settings;
import io.intelligentcache.cli.chaos.judge.Ledger;
import io.intelligentcache.cli.chaos.judge.Sweep;
import io.intelligentcache.cli.chaos.traffic.Instance.Life;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * The caches of a run, one for each {@link Policy}.
 *
 * @param all in the order of their policies; never empty
 */
public record Lanes(List<Lane> all) {
  private static final long LONGEST_WAIT_NANOS = SECONDS.toNanos(2);
  private static final long POLL_NANOS = MILLISECONDS.toNanos(5);

  public static Lanes of(Settings settings) {
    long originNanos = System.nanoTime();
    List<Lane> lanes = new ArrayList<>();
    for (Policy policy : Policy.values()) {
      lanes.add(Lane.of(policy, settings, originNanos));
    }
    return new Lanes(List.copyOf(lanes));
  }

  Lane any(SplittableRandom random) {
    return all.get(random.nextInt(all.size()));
  }

  /** Draws the strict cache half of the time, because its keys rest for the shortest time. */
  Lane strictOrAny(SplittableRandom random) {
    return random.nextBoolean() ? all.get(0) : any(random);
  }

  /** Nanoseconds since the run began. */
  public long now() {
    return all.get(0).ledger().now();
  }

  /** A server lost all its data between that instant and now. */
  public void serverForgot(long fromNanos) {
    tell(ledger -> ledger.serverForgot(fromNanos));
  }

  /** A server failed and lost the writes that it acknowledged from that instant on. */
  public void writesMayBeLost(long fromNanos) {
    tell(ledger -> ledger.writesMayBeLost(fromNanos));
  }

  /**
   * The clock of a server was wrong at some time between that instant and now. Entries that expired by
   * that clock were lost, and so were the versions that would have refused older writes.
   */
  public void clockJumped(long fromNanos) {
    tell(ledger -> {
      ledger.clockJumped(fromNanos);
      ledger.serverForgot(fromNanos);
    });
  }

  private void tell(Consumer<Ledger> what) {
    all.forEach(lane -> what.accept(lane.ledger()));
  }

  /** Repeats the changes of rows that Redis did not acknowledge in the instance's earlier lives. */
  public void settle(Instance instance) {
    all.forEach(lane -> lane.changes().settle(instance));
  }

  /**
   * Clears one of the caches through an instance whose life has just begun. The instance has learnt the
   * time of Redis a moment ago, but the entries in Redis may have versions from another time.
   */
  public void clearOne(Instance instance) {
    Life life = instance.life();
    if (life != null) {
      awaitRedis(life);
      Lane lane = all.get(life.number() % all.size());
      lane.changes().sweep(instance, life, Sweep.ofAll());
    }
  }

  private static void awaitRedis(Life life) {
    long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
    while (!life.hasRedis() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** The sum of a figure over all ledgers. */
  public long sum(ToLongFunction<Ledger> figure) {
    return all.stream().mapToLong(lane -> figure.applyAsLong(lane.ledger())).sum();
  }
}
