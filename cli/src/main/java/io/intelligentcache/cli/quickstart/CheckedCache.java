package io.intelligentcache.cli.quickstart;

import io.intelligentcache.EntryOptions;
import io.intelligentcache.LoadException;
import io.intelligentcache.TieredCache;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A cache in front of a database, as an application would use it. It checks every value
 * that it returns. Thread-safe.
 */
final class CheckedCache {
  private static final String SESSION_OWNER = "session";
  private static final Duration SESSION_TTL = Duration.ofSeconds(1);

  /**
   * The possible difference of the clocks. On disk, expiry follows the wall clock in milliseconds,
   * which may be adjusted meanwhile. In Redis, expiry follows the clock of Redis, which the
   * instance knows only approximately.
   */
  private static final long CLOCKS_DIFFER_NANOS = Duration.ofSeconds(1).toNanos();

  private final TieredCache<String, Document> cache;
  private final Database database;
  private final Latencies latencies;
  private final Findings findings;

  CheckedCache(
      TieredCache<String, Document> cache,
      Database database,
      Latencies latencies,
      Findings findings) {
    this.cache = cache;
    this.database = database;
    this.latencies = latencies;
    this.findings = findings;
  }

  int documents() {
    return database.documents();
  }

  void read(int id) {
    String key = Database.key(id);
    int oldest = database.oldestAllowed(id);
    try {
      Document seen = latencies.ofRead(() -> cache.get(key, this::load));
      if (seen == null) {
        findings.wrong(key, "is missing");
      } else {
        check(id, oldest, seen);
      }
    } catch (LoadException failure) {
      findings.failedLoad();
    }
  }

  /** Reads many documents at once. Returns the number of different documents. */
  int readAll(Collection<Integer> ids) {
    Map<String, Integer> oldest = new LinkedHashMap<>();
    Map<String, Integer> numbers =
        ids.stream().distinct().collect(Collectors.toMap(Database::key, id -> id));
    numbers.forEach((key, id) -> oldest.put(key, database.oldestAllowed(id)));
    try {
      Map<String, Document> seen = cache.getAll(numbers.keySet(), this::load);
      numbers.forEach((key, id) -> {
        Document document = seen.get(key);
        if (document == null) {
          findings.wrong(key, "is missing");
        } else {
          check(id, oldest.getOrDefault(key, 0), document);
        }
      });
    } catch (LoadException failure) {
      findings.failedLoad();
    }
    return numbers.size();
  }

  void overwrite(int id) {
    database.change(id, () -> cache.put(Database.key(id), database.current(id)));
  }

  void invalidate(int id) {
    database.change(id, () -> cache.invalidate(Database.key(id)));
  }

  void invalidateGroup(int group) {
    int existing = group % database.groups();
    database.changeGroup(existing, () -> cache.invalidateMatching("doc:" + existing + ":\\d+$"));
  }

  /** Visits a session. Sessions have a short TTL and no loader. */
  void visit(int session) {
    String key = SESSION_OWNER + ":" + session;
    long before = System.nanoTime();
    Document seen = latencies.ofRead(() -> cache.get(key));
    if (seen == null) {
      long until = System.nanoTime() + SESSION_TTL.toNanos();
      cache.put(key, Document.of(SESSION_OWNER, session, 0, until), EntryOptions.ttl(SESSION_TTL));
    } else if (!seen.whole() || seen.id() != session) {
      findings.wrong(key, "is damaged or another's");
    } else if (before - seen.untilNanos() > CLOCKS_DIFFER_NANOS) {
      findings.wrong(key, "has expired");
    }
  }

  private Document load(String key) {
    return latencies.ofLoad(() -> database.load(key));
  }

  private void check(int id, int oldest, Document seen) {
    String complaint = database.complaint(id, oldest, seen);
    if (!complaint.isEmpty()) {
      findings.wrong(Database.key(id), complaint);
    }
  }
}
