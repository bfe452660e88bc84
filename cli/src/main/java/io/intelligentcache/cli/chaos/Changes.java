package io.intelligentcache.cli.chaos;

import io.intelligentcache.EntryOptions;
import io.intelligentcache.cli.chaos.Instance.Life;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes keys, and has each change recorded from its call to its return. Thread-safe. */
final class Changes {
  private final Ledger ledger;
  private final Database database;

  Changes(Ledger ledger, Database database) {
    this.ledger = ledger;
    this.database = database;
  }

  /** Gives every row its first value; no cache knows of it. */
  void fillDatabase(List<String> rows) {
    for (String key : rows) {
      Write write = ledger.begin(key, Ledger.NO_LIFE, true);
      database.commit(key, new Value(key, write.number()).text());
      ledger.end(key, write, false, 0);
    }
  }

  void put(Life life, String key, EntryOptions options) {
    Write write = ledger.begin(key, life.number(), true);
    String text = new Value(key, write.number()).text();
    tell(key, write, () -> life.cache().put(key, text, options));
  }

  void remove(Life life, String key) {
    Write write = ledger.begin(key, life.number(), false);
    tell(key, write, () -> life.cache().invalidate(key));
  }

  /** Changes a row, then puts it into the cache; does nothing if somebody else is changing it. */
  void putRow(Instance instance, Life life, String key, EntryOptions options) {
    database.tryChange(key, () -> commit(instance, life, key, options));
  }

  /** Changes a row, then invalidates it; does nothing if somebody else is changing it. */
  void invalidateRow(Instance instance, Life life, String key) {
    database.tryChange(key, () -> commit(instance, life, key, null));
  }

  /** Changes once more what the instance's earlier lives could not tell Redis. */
  void settle(Instance instance) {
    for (String key : instance.owed()) {
      database.change(key, () -> {
        Life life = instance.life();
        if (life != null) {
          commit(instance, life, key, null);
        }
      });
    }
  }

  private void commit(Instance instance, Life life, String key, @Nullable EntryOptions put) {
    Write write = ledger.begin(key, life.number(), true);
    String text = new Value(key, write.number()).text();
    instance.owed().add(key);
    database.commit(key, text);
    boolean acknowledged = tell(
        key,
        write,
        put == null ? () -> life.cache().invalidate(key) : () -> life.cache().put(key, text, put));
    if (acknowledged) {
      instance.owed().remove(key);
    }
  }

  private boolean tell(String key, Write write, Runnable call) {
    Attempt attempt = Attempt.begin();
    boolean acknowledged = false;
    try {
      call.run();
    } catch (IllegalStateException closed) {
      // its life has ended; what Redis was told before counts
    } finally {
      acknowledged = attempt.end();
      ledger.end(key, write, acknowledged, attempt.clockErrorNanos());
    }
    return acknowledged;
  }
}
