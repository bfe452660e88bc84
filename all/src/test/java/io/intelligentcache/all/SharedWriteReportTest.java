package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.SharedWriteException;
import io.intelligentcache.WriteReport;
import io.intelligentcache.WriteReport.State;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.tier.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The result of a write that its caller gets: whether Redis acknowledged it, and if not, why. */
final class SharedWriteReportTest extends SharedRedis {
  @AfterEach
  void restore() {
    redis.commands().configSet("maxmemory", "0");
  }

  private Instance instance(Duration commandTimeout) {
    Instance instance = new Instance(
        server,
        namespace,
        directory.resolve("d" + instances.size()),
        redisTier -> ((Redis) redisTier).commandTimeout(commandTimeout).maximumItemBytes(10_000));
    instances.add(instance);
    return instance;
  }

  private Instance patient() {
    return instance(Instance.PATIENCE);
  }

  private Instance hasty() {
    return instance(Duration.ofMillis(500));
  }

  private static void isRefused(WriteReport report, Reason why, Object... keys) {
    assertThat(report.state()).isEqualTo(State.REFUSED);
    assertThat(report.why()).isEqualTo(why);
    assertThat(report.keys()).isEqualTo(List.of(keys));
  }

  @Test
  void whatRedisTookIsAcknowledged() {
    Instance one = patient();
    List<WriteReport> reports = List.of(
        one.cache.put("k", "v"),
        one.cache.putAll(Map.of("a", "v", "b", "v")),
        one.cache.invalidate("k"),
        one.cache.invalidate("absent"),
        one.cache.invalidateAll(List.of("a", "b")),
        one.cache.async().put("k", "v").join(),
        one.cache.async().putAll(Map.of("a", "v", "b", "v")).join(),
        one.cache.async().invalidate("k").join(),
        one.cache.async().invalidateAll(List.of("a", "b")).join());
    assertThat(reports).extracting(WriteReport::state).containsOnly(State.ACKNOWLEDGED);
    reports.forEach(WriteReport::orThrow);
  }

  @Test
  void aPutThatRedisHasNoRoomForIsRefused() {
    Instance one = patient();
    redis.commands().configSet("maxmemory", "1");
    WriteReport report = one.cache.put("k", "v");
    isRefused(report, Reason.BROKEN, "k");
    assertThatThrownBy(report::orThrow)
        .isInstanceOf(SharedWriteException.class)
        .hasMessageContaining("k (BROKEN)");
  }

  @Test
  void ofManyValuesTheReportNamesThoseThatAreTooLarge() {
    Instance one = patient();
    WriteReport report = one.cache.putAll(Map.of("small", "v", "large", noise(20_000)));
    isRefused(report, Reason.TOO_LARGE, "large");
  }

  /** A text that can't be compressed. */
  private static String noise(int length) {
    return new Random(1)
        .ints(length, 'a', 'z')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void aWriteThatIsNotAnsweredInTimeIsLate() {
    Instance one = hasty();
    one.network.refuse();
    one.network.stallReplies();
    isRefused(one.cache.put("k", "v"), Reason.LATE, "k");
    isRefused(one.cache.async().invalidate("k").join(), Reason.LATE, "k");
  }

  @Test
  void aWriteThatTheBreakerHoldsBackIsRefused() {
    Instance one = hasty();
    one.network.refuse();
    one.network.stallReplies();
    await().until(() -> one.cache.put("k", "v").why() == Reason.OPEN);
    await().until(() -> one.cache.invalidateAll(List.of("k")).why() == Reason.OPEN);
  }

  @Test
  void aWriteThatTheEndOfTheManagerCutsOffIsRefused() {
    Instance one = patient();
    one.network.refuse();
    one.network.stallReplies();
    CompletableFuture<WriteReport> put = one.cache.async().put("k", "v");
    one.manager.close();
    assertThat(put.join().state()).isEqualTo(State.REFUSED);
    assertThatThrownBy(() -> one.cache.put("k", "v")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aPutThatArrivesAfterANewerOneWasOvertaken() {
    Instance one = patient();
    Instance other = patient();
    other.network.stallRequests();
    CompletableFuture<WriteReport> late = other.cache.async().put("k", "old");
    redis.letPass(clockErrorMillis(one) + clockErrorMillis(other));
    assertThat(one.cache.put("k", "new").state()).isEqualTo(State.ACKNOWLEDGED);
    other.network.heal();
    WriteReport report = late.join();
    assertThat(report.state()).isEqualTo(State.OVERTAKEN);
    assertThat(report.keys()).isEqualTo(List.of("k"));
    await().until(() -> "new".equals(other.cache.get("k")));
  }

  private static long clockErrorMillis(Instance instance) {
    return 100
        + 2 * Objects.requireNonNull(instance.manager.stats().shared()).clockErrorMicros() / 1_000;
  }
}
