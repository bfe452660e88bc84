package io.intelligentcache.cli.chaos.traffic;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.LoadException;
import io.intelligentcache.TieredCache;
import io.intelligentcache.cli.chaos.judge.Ledger;
import io.intelligentcache.cli.chaos.traffic.Instance.Life;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The check after all faults are healed and all writes have ended: for each key, every instance must
 * return the same value or nothing. For a row, this must be the value in the database.
 */
public final class FinalCheck {
  /** How long the journal, the breaker and the connection may take together to recover. */
  private static final long REPAIR_NANOS = SECONDS.toNanos(4);

  private static final long LONGEST_OUTAGE_NANOS = SECONDS.toNanos(30);
  private static final long POLL_NANOS = MILLISECONDS.toNanos(20);
  private static final int MOST_SHOWN = 10;

  private final List<Instance> instances;
  private final Lanes lanes;
  private final Map<Policy, List<String>> wrong = new EnumMap<>(Policy.class);

  public FinalCheck(List<Instance> instances, Lanes lanes) {
    this.instances = instances;
    this.lanes = lanes;
  }

  /** Waits until Redis is available to all instances, and then as long as repairs and bounds may take. */
  public void awaitQuiescence(long boundNanos) {
    long deadline = System.nanoTime() + LONGEST_OUTAGE_NANOS;
    while (System.nanoTime() - deadline < 0 && !allHaveRedis()) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    long settled = System.nanoTime() + REPAIR_NANOS + 2 * boundNanos;
    while (System.nanoTime() - settled < 0) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private boolean allHaveRedis() {
    return instances.stream().allMatch(instance -> {
      Life life = instance.life();
      return life != null && life.hasRedis();
    });
  }

  /** Reads and judges every key of every cache at every instance. */
  public void check() {
    for (Lane lane : lanes.all()) {
      wrong.put(lane.policy(), check(lane));
    }
  }

  private List<String> check(Lane lane) {
    Database database = lane.database();
    Ledger ledger = lane.ledger();
    List<String> found = new ArrayList<>();
    for (String key : lane.keys().all()) {
      List<String> answers =
          instances.stream().map(instance -> read(instance, lane, key)).toList();
      Set<String> present = new HashSet<>(answers);
      present.remove(Ledger.ABSENT);
      if (database.hasRow(key) && !ledger.mayHaveLostLast(key)) {
        present.add(Ledger.shown(database.row(key)));
      }
      if (present.size() > 1) {
        found.add(lane.policy().label() + " " + key + ": the instances answer " + answers
            + (database.hasRow(key) ? ", the row is " + Ledger.shown(database.row(key)) : ""));
      }
    }
    return found;
  }

  private String read(Instance instance, Lane lane, String key) {
    Database database = lane.database();
    Ledger ledger = lane.ledger();
    Life life = Objects.requireNonNull(instance.life(), "the instance is open");
    TieredCache<String, String> cache = life.cache(lane.policy());
    long start = ledger.now();
    try {
      String text = database.hasRow(key) ? cache.get(key, database::row) : cache.get(key);
      ledger.judge(key, life.number(), start, text);
      return Ledger.shown(text);
    } catch (LoadException failure) {
      return failure.toString();
    }
  }

  /** How many keys of a cache were wrong. */
  public int wrong(Policy policy) {
    return wrong.getOrDefault(policy, List.of()).size();
  }

  /** Examples of the wrong keys. */
  public List<String> examples() {
    return wrong.values().stream().flatMap(List::stream).limit(MOST_SHOWN).toList();
  }
}
