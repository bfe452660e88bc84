package io.intelligentcache.bench.redis;

import static io.intelligentcache.bench.redis.RedisContender.JETCACHE;
import static io.intelligentcache.bench.redis.RedisContender.OURS;
import static io.intelligentcache.bench.redis.RedisContender.RAW;
import static io.intelligentcache.bench.redis.RedisContender.UPDATING;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.bench.measure.Progress;
import io.intelligentcache.bench.measure.WrongAnswerException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class RedisBenchTest {
  private static final RedisScale SCALE = new RedisScale(2, Duration.ofMillis(1), 3);

  private final StringWriter err = new StringWriter();
  private final List<String> turns = new ArrayList<>();
  private int failures;

  @Test
  void everybodyHasATurnInEachRound() throws Exception {
    List<RedisLine> lines = run(RedisWorkload.GET, new Recorded());
    assertThat(turns).containsExactly("raw", "ours", "raw", "ours", "raw", "ours", "raw", "ours");
    assertThat(lines)
        .containsExactly(
            new RateLine(RedisWorkload.GET, RAW, 2, 6, RAW, 1.0, 1.0, 1.0),
            new RateLine(RedisWorkload.GET, OURS, 2, 7, RAW, 1.1714, 1.1429, 1.2));
  }

  @Test
  void changesArePropagatedBySharedCachesOnly() throws Exception {
    List<RedisLine> lines = run(RedisWorkload.PROPAGATION, new Recorded());
    assertThat(turns)
        .containsExactly(
            "ours", "updating", "ours", "updating", "ours", "updating", "ours", "updating");
    assertThat(lines).extracting(RedisLine::contender).containsExactly(OURS, UPDATING);
  }

  @Test
  void whoFailsIsLeftOutAndToldAndTheOthersGoOn() throws Exception {
    RedisTurns failing = new Recorded() {
      @Override
      public double rate(RedisWorkload workload, RedisContender contender)
          throws WrongAnswerException {
        if (contender == RAW && turns.size() > 4) {
          throw new WrongAnswerException("null");
        }
        return super.rate(workload, contender);
      }
    };
    List<RedisLine> lines = run(RedisWorkload.GET, failing);
    assertThat(lines)
        .containsExactly(new RateLine(RedisWorkload.GET, OURS, 2, 6.5, null, null, null, null));
    assertThat(failures).isEqualTo(1);
    assertThat(err.toString()).contains("icm: get, raw failed: ").contains("WRONG ANSWER: null");
  }

  @Test
  void ratiosAreOfTheSameRound() {
    var line = (RateLine) RateLine.of(
        RedisWorkload.PUT,
        OURS,
        Map.of(RAW, List.of(10.0, 100.0, 1_000.0), OURS, List.of(8.0, 60.0, 700.0)));
    assertThat(line.ratio()).isEqualTo(0.7);
    assertThat(line.lowest()).isEqualTo(0.6);
    assertThat(line.highest()).isEqualTo(0.8);
    assertThat(line.opsPerSecond()).isEqualTo(60);
  }

  @Test
  void oursIsJudgedByTheGoals() {
    List<RedisLine> lines = List.of(
        new RateLine(RedisWorkload.GET, OURS, 3, 90, RAW, 0.95, 0.8, 1.1),
        new RateLine(RedisWorkload.PUT, OURS, 3, 90, RAW, 0.6, 0.5, 0.7),
        new RateLine(RedisWorkload.PUT4, OURS, 3, 90, null, null, null, null),
        new RateLine(RedisWorkload.PUT, JETCACHE, 3, 90, RAW, 0.6, 0.5, 0.7),
        new PropagationLine(RedisWorkload.PROPAGATION, OURS, 100, 200, 9_000, 20_000, 100));
    assertThat(RedisGoal.of(lines))
        .containsExactly(
            new RedisGoal(RedisWorkload.GET, "operations", RAW, 0.95, ">= 0.9", true),
            new RedisGoal(RedisWorkload.PUT, "operations", RAW, 0.6, ">= 0.7", false),
            new RedisGoal(RedisWorkload.PROPAGATION, "p99 millis", null, 9, "<= 10", true));
  }

  @Test
  void aLineIsOneObjectWithoutWhatIsNotKnown() {
    var line = new RateLine(RedisWorkload.GET, OURS, 3, 90, null, null, null, null);
    assertThat(new JsonMapper().writeValueAsString(line))
        .isEqualTo(
            "{\"workload\":\"get\",\"contender\":\"ours\",\"rounds\":3,\"opsPerSecond\":90.0}");
  }

  private List<RedisLine> run(RedisWorkload workload, RedisTurns measuring) throws Exception {
    var printed = new PrintWriter(err);
    List<RedisContender> contenders = List.of(RAW, OURS, UPDATING);
    var progress =
        new Progress(RedisBench.planned(SCALE, List.of(workload), contenders), printed, () -> 0);
    var bench = new RedisBench(SCALE, measuring, progress, printed);
    List<RedisLine> lines = bench.run(List.of(workload), contenders, (measured, done) -> {});
    failures = bench.failures();
    return lines;
  }

  /** Returns the number of turns so far as the result. */
  private class Recorded implements RedisTurns {
    @Override
    public double rate(RedisWorkload workload, RedisContender contender)
        throws WrongAnswerException {
      turns.add(contender.toString());
      return turns.size();
    }

    @Override
    public void propagate(RedisContender contender, Propagation into) {
      turns.add(contender.toString());
    }
  }
}
