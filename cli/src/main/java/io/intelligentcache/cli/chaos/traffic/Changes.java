package io.intelligentcache.cli.chaos.traffic;

import io.intelligentcache.EntryOptions;
import io.intelligentcache.cli.chaos.judge.Attempt;
import io.intelligentcache.cli.chaos.judge.Ledger;
import io.intelligentcache.cli.chaos.judge.Sweep;
import io.intelligentcache.cli.chaos.judge.Value;
import io.intelligentcache.cli.chaos.judge.Write;
import io.intelligentcache.cli.chaos.traffic.Instance.Life;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes keys of one cache, and records each change from its call to its return. Thread-safe. */
public final class Changes {
  private final Policy policy;
  private final Keys keys;
  private final Ledger ledger;
  private final Database database;

  Changes(Policy policy, Keys keys, Ledger ledger, Database database) {
    this.policy = policy;
    this.keys = keys;
    this.ledger = ledger;
    this.database = database;
  }

  /** Gives every row its first value, which no cache has yet. */
  public void fillDatabase(List<String> rows) {
    for (String key : rows) {
      Write write = ledger.begin(key, Ledger.NO_LIFE, true);
      database.commit(key, new Value(key, write.number()).text());
      ledger.end(key, write, false, 0);
    }
  }

  /**
   * Puts a value that only the cache has.
   *
   * @param ttl null for no expiry
   */
  void put(Life life, String key, @Nullable Duration ttl) {
    EntryOptions options = ttl == null ? EntryOptions.defaults() : EntryOptions.ttl(ttl);
    Write write =
        ledger.begin(key, life.number(), true, ttl == null ? Write.FOREVER : ttl.toNanos());
    String text = new Value(key, write.number()).text();
    tell(key, write, () -> life.cache(policy).put(key, text, options));
  }

  void remove(Life life, String key) {
    Write write = ledger.begin(key, life.number(), false);
    tell(key, write, () -> life.cache(policy).invalidate(key));
  }

  /** Changes a row, then puts it into the cache. Does nothing if another thread is changing the row. */
  void putRow(Instance instance, Life life, String key, EntryOptions options) {
    database.tryChange(key, () -> commit(instance, life, key, options));
  }

  /** Changes a row, then invalidates it. Does nothing if another thread is changing the row. */
  void invalidateRow(Instance instance, Life life, String key) {
    database.tryChange(key, () -> commit(instance, life, key, null));
  }

  /** Repeats the changes of rows that Redis did not acknowledge in the instance's earlier lives. */
  void settle(Instance instance) {
    for (String key : instance.owed(policy)) {
      database.change(key, () -> {
        Life life = instance.life();
        if (life != null) {
          commit(instance, life, key, null);
        }
      });
    }
  }

  /**
   * Changes the rows of a sweep that no other thread is changing. Then removes these rows, and
   * all other keys that the sweep covers, from the cache in one call. Does nothing while the same
   * life is making another sweep.
   */
  void sweep(Instance instance, Life life, Sweep sweep) {
    Attempt attempt = life.sweeps().begin(policy.label());
    if (attempt == null) {
      return;
    }
    List<String> rows =
        database.tryLock(keys.inDatabase().stream().filter(sweep::covers).toList());
    Map<String, Write> writes = beginSweep(instance, life, sweep, rows);
    boolean acknowledged = false;
    try {
      sweep.run(life.cache(policy));
    } catch (IllegalStateException closed) {
      // its life has ended; writes that Redis received before count
    } finally {
      acknowledged = life.sweeps().end(policy.label(), attempt);
      for (Map.Entry<String, Write> each : writes.entrySet()) {
        ledger.end(each.getKey(), each.getValue(), acknowledged, attempt.clockErrorNanos());
      }
      if (acknowledged) {
        instance.owed(policy).removeAll(rows);
      }
      database.unlock(rows);
    }
  }

  private Map<String, Write> beginSweep(
      Instance instance, Life life, Sweep sweep, List<String> rows) {
    Map<String, Write> writes = new LinkedHashMap<>();
    for (String key : keys.all()) {
      if (!database.hasRow(key) && sweep.covers(key)) {
        Write write = ledger.begin(key, life.number(), false);
        write.belongsToSweep();
        writes.put(key, write);
      }
    }
    for (String row : rows) {
      Write write = ledger.begin(row, life.number(), true);
      write.belongsToSweep();
      writes.put(row, write);
      instance.owed(policy).add(row);
      database.commit(row, new Value(row, write.number()).text());
    }
    return writes;
  }

  private void commit(Instance instance, Life life, String key, @Nullable EntryOptions put) {
    Write write = ledger.begin(key, life.number(), true);
    String text = new Value(key, write.number()).text();
    instance.owed(policy).add(key);
    database.commit(key, text);
    boolean acknowledged = tell(
        key,
        write,
        put == null
            ? () -> life.cache(policy).invalidate(key)
            : () -> life.cache(policy).put(key, text, put));
    if (acknowledged) {
      instance.owed(policy).remove(key);
    }
  }

  private boolean tell(String key, Write write, Runnable call) {
    Attempt attempt = Attempt.begin();
    boolean acknowledged = false;
    try {
      call.run();
    } catch (IllegalStateException closed) {
      // its life has ended; writes that Redis received before count
    } finally {
      acknowledged = attempt.end();
      ledger.end(key, write, acknowledged, attempt.clockErrorNanos());
    }
    return acknowledged;
  }
}
