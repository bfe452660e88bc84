package io.intelligentcache.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows that the checks find wrong values. Otherwise a run without findings would prove nothing. */
final class CheckedCacheTest {
  private final TieredCacheManager caches = TieredCacheManager.builder().build();
  private final TieredCache<String, Document> cache =
      caches.cache("documents", String.class, Document.class);
  private final Database database = new Database("shop", 200);
  private final Findings findings = new Findings();
  private final CheckedCache checked = new CheckedCache(cache, database, new Latencies(), findings);

  @AfterEach
  void close() {
    caches.close();
  }

  @Test
  void findsNothingWhereAllIsWell() {
    checked.read(7);
    checked.overwrite(7);
    checked.read(7);
    checked.invalidate(7);
    checked.read(7);
    checked.invalidateGroup(7);
    checked.read(107);
    checked.visit(1);
    checked.visit(1);

    assertThat(findings.first()).isNull();
    assertThat(cache.stats().requests()).isEqualTo(6);
  }

  @Test
  void findsAnOlderVersion() {
    Document old = database.current(7);
    checked.overwrite(7);
    cache.put(Database.key(7), old);

    checked.read(7);

    assertThat(findings.first()).isEqualTo("the value of doc:7:7 is version 0, allowed are 1 to 1");
  }

  @Test
  void findsAVersionThatSurvivedTheInvalidationOfItsGroup() {
    Document old = database.current(107);
    checked.invalidateGroup(7);
    cache.put(Database.key(107), old);

    checked.read(107);

    assertThat(findings.wrong()).isEqualTo(1);
  }

  @Test
  void findsAnothersDocument() {
    cache.put(Database.key(7), database.current(8));
    cache.put(Database.key(9), Document.of("acme", 9, 0, 0));

    checked.read(7);
    checked.read(9);

    assertThat(findings.wrong()).isEqualTo(2);
  }

  @Test
  void findsDamage() {
    Document good = database.current(7);
    cache.put(
        Database.key(7), new Document(good.owner(), 7, 0, good.text() + "x", good.check(), 0));

    checked.read(7);
    checked.readAll(java.util.List.of(7));

    assertThat(findings.wrong()).isEqualTo(2);
    assertThat(findings.first()).endsWith("is damaged");
  }

  @Test
  void findsWhatHasExpired() {
    long longAgo = System.nanoTime() - 2_000_000_000;
    cache.put("session:1", Document.of("session", 1, 0, longAgo));

    checked.visit(1);

    assertThat(findings.first()).isEqualTo("the value of session:1 has expired");
  }
}
