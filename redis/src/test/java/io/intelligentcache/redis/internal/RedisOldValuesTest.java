package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.record.RecordKind;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** After a write that was refused, lost or late, no older value is ever read. */
final class RedisOldValuesTest {
  private static final Lookup UNREADABLE = new Lookup.Refused(Reason.BROKEN);

  /** The command timeout. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** After this time without any answer a connection is closed. */
  private static final Duration SILENCE = TIMEOUT.multipliedBy(5);

  private final RedisServerProcess server = RedisServerProcess.launch();
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private final RawRedis raw = new RawRedis(server);
  private final SkippingScheduler scheduler = new SkippingScheduler();
  private final TierProbe tier = TierProbe.open(patient(proxy.url()), scheduler);

  @AfterEach
  void stop() {
    tier.close();
    scheduler.close();
    proxy.close();
    raw.close();
    server.close();
  }

  @Test
  void aPutThatIsStuckAndTakesEffectAfterANewerOneIsNeverRead() throws Exception {
    tier.put("k", "older");
    proxy.stallRequests();
    CompletableFuture<Outcome> zombie = tier.tier().put(key("k"), item("zombie"));
    proxy.hangUpOnClients();
    assertThat(join(zombie)).isInstanceOf(Outcome.Refused.class);
    tier.awaitAvailable();
    awaitLater("k", "zombie"); // it is repeated
    tier.put("k", "new");
    assertThat(tier.get("k")).isEqualTo(hit("new"));
    proxy.heal();
    // The connection of the late put is closed after it. The tier's connection and the test's one
    // remain.
    await().atMost(20, SECONDS).until(() -> raw.commands().clientList().lines().count() == 2);
    assertThat(tier.get("k")).isEqualTo(hit("new"));
    assertThat(join(tier.tier().getAll(List.of(key("k"))))).containsExactly(hit("new"));
    tier.put("k", "newest");
    assertThat(tier.get("k")).isEqualTo(hit("newest"));
  }

  @Test
  void aPutThatIsLateIsNotReadUntilItWasRepeatedOrRemoved() {
    tier.put("k", "older");
    proxy.stallRequests();
    CompletableFuture<Outcome> put = tier.tier().put(key("k"), item("late"));
    assertThat(put).isNotDone();
    scheduler.skip(TIMEOUT);
    assertThat(join(put)).isEqualTo(new Outcome.Refused(Reason.LATE));
    assertThat(tier.get("k")).as("not late as well").isIn(UNREADABLE, Lookup.MISS);
    proxy.heal();
    await().atMost(20, SECONDS).until(() -> {
      Lookup seen = tier.get("k");
      assertThat(seen).isNotEqualTo(hit("older"));
      return !(seen instanceof Lookup.Refused);
    });
  }

  /** Waits until a put that was not acknowledged is read. Until then no value may be read. */
  private void awaitLater(String name, String value) {
    await().atMost(20, SECONDS).until(() -> {
      Lookup seen = tier.get(name);
      assertThat(seen).isIn(UNREADABLE, new Lookup.Refused(Reason.OPEN), hit(value));
      return seen.equals(hit(value));
    });
  }

  @Test
  void aRemovalThatIsStuckLeavesTheKeyUnreadableUntilItIsUnlinked() {
    tier.put("k", "old");
    proxy.stallRequests();
    CompletableFuture<Outcome> removal = tier.tier().remove(key("k"));
    scheduler.skip(TIMEOUT);
    assertThat(join(removal)).isEqualTo(new Outcome.Refused(Reason.LATE));
    assertThat(inRedis("k")).endsWith("old");
    scheduler.skip(SILENCE); // a new connection is opened
    await().atMost(20, SECONDS).until(() -> {
      Lookup seen = tier.get("k");
      assertThat(seen).isNotInstanceOf(Lookup.Hit.class);
      return seen.equals(Lookup.MISS);
    });
    assertThat(inRedis("k")).isEmpty();
  }

  @Test
  void aPutThatIsCutOffLeavesTheKeyUnreadableUntilItIsRepeated() {
    tier.put("k", "old");
    proxy.stallRequests();
    CompletableFuture<Outcome> lost = tier.tier().put(key("k"), item("lost"));
    proxy.cut();
    assertThat(join(lost)).isInstanceOf(Outcome.Refused.class);
    awaitLater("k", "lost");
  }

  @Test
  void aPutOrRemovalThatWasRefusedWhileDownIsRepeatedBeforeTheKeyIsRead() {
    tier.put("a", "old");
    tier.put("b", "old");
    tier.put("c", "old");
    proxy.refuse();
    proxy.cut();
    tier.awaitUnavailable();
    assertThat(tier.put("a", "lost")).isEqualTo(new Outcome.Refused(Reason.OPEN));
    assertThat(tier.remove("b")).isEqualTo(new Outcome.Refused(Reason.OPEN));
    proxy.heal();
    tier.awaitAvailable();
    assertThat(tier.get("c")).isEqualTo(hit("old"));
    awaitLater("a", "lost");
    assertThat(tier.get("b")).isNotInstanceOf(Lookup.Hit.class);
    await().atMost(20, SECONDS).until(() -> tier.get("b").equals(Lookup.MISS));
    assertThat(inRedis("b")).isEmpty();
  }

  @Test
  void aLaterPutThatSucceedsMakesTheKeyReadableAgain() {
    raw.commands().configSet("maxmemory", "1");
    assertThat(tier.put("k", "refused")).isEqualTo(new Outcome.Refused(Reason.BROKEN));
    raw.commands().configSet("maxmemory", "0");
    await().atMost(20, SECONDS).until(() -> {
      tier.put("k", "new");
      return tier.get("k").equals(hit("new"));
    });
  }

  @Test
  void aPutRefusedForWantOfMemoryHidesTheOldValueFromReadsSentRightBehindIt() {
    tier.put("k", "old");
    raw.commands().configSet("maxmemory", "1");
    CompletableFuture<Outcome> put = tier.tier().put(key("k"), item("new"));
    CompletableFuture<Lookup> get = tier.tier().get(key("k"));
    assertThat(join(put)).isEqualTo(new Outcome.Refused(Reason.BROKEN));
    assertThat(join(get)).isEqualTo(UNREADABLE);
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(Lookup.MISS));
    assertThat(inRedis("k")).isEmpty();
    assertThat(tier.tier().stats().available()).isTrue();
  }

  @Test
  void aReadOnlyServerRefusesWritesAndTheKeysStayUnreadableUntilItIsNot() {
    tier.put("k", "old");
    tier.put("l", "other");
    raw.commands().replicaof("127.0.0.1", 1);
    assertThat(tier.put("k", "new")).isEqualTo(new Outcome.Refused(Reason.BROKEN));
    assertThat(tier.get("k")).isEqualTo(UNREADABLE);
    assertThat(tier.get("l")).isEqualTo(hit("other"));
    raw.commands().replicaofNoOne();
    await().atMost(20, SECONDS).until(() -> {
      Lookup seen = tier.get("k"); // repeated, or removed if that took too long
      assertThat(seen).isNotEqualTo(hit("old"));
      return !seen.equals(UNREADABLE);
    });
    assertThat(tier.get("l")).isEqualTo(hit("other"));
  }

  @Test
  void aClearThatFailedHidesTheSpaceUntilItWasRepeated() {
    tier.put("k", "old");
    proxy.refuse();
    proxy.cut();
    tier.awaitUnavailable();
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Refused(Reason.OPEN));
    proxy.heal();
    tier.awaitAvailable();
    assertThat(tier.get("k")).isNotInstanceOf(Lookup.Hit.class);
    tier.put("new", "n");
    assertThat(tier.get("new")).isEqualTo(hit("n"));
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(Lookup.MISS));
    assertThat(inRedis("k")).isEmpty();
    assertThat(tier.get("new")).isEqualTo(hit("n"));
  }

  @Test
  void aRemovalByPatternThatFailedHidesWhatMatchesUntilItWasRepeated() {
    tier.put("k1", "old");
    tier.put("k2", "kept");
    proxy.refuse();
    proxy.cut();
    tier.awaitUnavailable();
    assertThat(join(tier.tier().removeMatching(SPACE, k -> k[1] == '1')))
        .isEqualTo(new Outcome.Refused(Reason.OPEN));
    proxy.heal();
    tier.awaitAvailable();
    assertThat(tier.get("k1")).isNotInstanceOf(Lookup.Hit.class);
    assertThat(tier.get("k2")).isEqualTo(hit("kept"));
    await().atMost(20, SECONDS).until(() -> tier.get("k1").equals(Lookup.MISS));
    assertThat(tier.get("k2")).isEqualTo(hit("kept"));
  }

  @Test
  void aClearTakesWhatWasPutRightBeforeItsCall() {
    for (int i = 0; i < 50; i++) {
      var unused = tier.tier().put(key("k" + i), item("v"));
    }
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Done(50));
    assertThat(raw.entries()).isEmpty();
  }

  @Test
  void aCallerWhoCancelsAWriteDoesNotBringBackTheOldValue() {
    tier.put("k", "old");
    int before = proxy.accepted();
    proxy.stallRequests();
    tier.tier().remove(key("k")).cancel(true);
    scheduler.skip(SILENCE);
    await().atMost(20, SECONDS).until(() -> proxy.accepted() > before);
    tier.awaitAvailable();
    assertThat(tier.get("k")).isNotInstanceOf(Lookup.Hit.class);
  }

  @Test
  void aCloseWaitsForWritesOnTheirWayAndUnlinksThoseThatAreRefused() {
    TierProbe.holdsUnlessSpoilt(i -> {
      TierProbe closing = TierProbe.open(patient(proxy.url()));
      closing.put("k" + i, "old");
      raw.commands().configSet("maxmemory", "1");
      raw.commands().clientPause(300);
      var refused = closing.tier().put(key("k" + i), item("new"));
      boolean inTime = closing.closesInTime();
      raw.commands().configSet("maxmemory", "0");
      boolean holds = join(refused).equals(new Outcome.Refused(Reason.BROKEN))
          && inRedis("k" + i).isEmpty();
      assertThat(holds || !inTime).as("%s", join(refused)).isTrue();
      return holds;
    });
  }

  /** The bytes under a key's name; null also if there is only a tombstone. */
  private String inRedis(String key) {
    byte[] found = raw.commands().get("icm:cache::" + key);
    return found == null || found[1] == RecordKind.TOMBSTONE.code
        ? ""
        : new String(found, ISO_8859_1);
  }
}
