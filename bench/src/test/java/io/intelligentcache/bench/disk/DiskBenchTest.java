package io.intelligentcache.bench.disk;

import static io.intelligentcache.bench.disk.DiskContender.LMDB;
import static io.intelligentcache.bench.disk.DiskContender.OURS;
import static io.intelligentcache.bench.disk.DiskContender.RAW;
import static io.intelligentcache.bench.disk.DiskContender.ROCKSDB;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.bench.measure.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class DiskBenchTest {
  private static final DiskScale SCALE = DiskScale.quick();

  private final StringWriter err = new StringWriter();
  private final List<String> turns = new ArrayList<>();
  private long wrong;

  @Test
  void everybodyHasATurnUnderWhatSuitsThem() throws Exception {
    run(List.of(DiskWorkload.SMALL, DiskWorkload.REOPEN), List.of(RAW, OURS), new Recorded());
    assertThat(turns).containsExactly("touch", "small raw", "small ours", "reopen ours");
  }

  @Test
  void whoFailsIsLeftOutAndToldAndTheOthersGoOn() throws Exception {
    DiskTurns failing = new Recorded() {
      @Override
      public DiskLine measure(DiskWorkload workload, DiskContender contender) throws IOException {
        if (contender == LMDB) {
          throw new IOException("the process ended with exit code 3");
        }
        return super.measure(workload, contender);
      }
    };
    DiskBench bench = run(List.of(DiskWorkload.SMALL), List.of(LMDB, OURS), failing);
    assertThat(turns).containsExactly("touch", "small ours");
    assertThat(bench.failures()).isEqualTo(1);
    assertThat(err.toString())
        .contains("icm: small, lmdb failed: the process ended with exit code 3");
  }

  @Test
  void aWrongValueIsAFailure() throws Exception {
    wrong = 2;
    DiskBench bench = run(List.of(DiskWorkload.SMALL), List.of(OURS), new Recorded());
    assertThat(bench.failures()).isEqualTo(1);
    assertThat(err.toString()).contains("small, ours RETURNED 2 WRONG VALUES");
  }

  @Test
  void oursIsToldBesideEachOfTheOthersWithTheGoal() {
    List<DiskLine> lines =
        List.of(fill(RAW, 1_000, 100), fill(OURS, 600, 60), fill(ROCKSDB, 75, 30));
    assertThat(GoalLine.of(lines))
        .containsExactly(
            new GoalLine("puts", DiskWorkload.MIX, RAW, 0.6, ">= 0.5", true),
            new GoalLine("puts", DiskWorkload.MIX, ROCKSDB, 8, ">= 6", true),
            new GoalLine("put cpu", DiskWorkload.MIX, RAW, 1.6667, null, null),
            new GoalLine("put cpu", DiskWorkload.MIX, ROCKSDB, 0.125, null, null),
            new GoalLine("gets", DiskWorkload.MIX, RAW, 0.6, ">= 0.7", false),
            new GoalLine("gets", DiskWorkload.MIX, ROCKSDB, 2, ">= 3", false));
  }

  @Test
  void whatNobodyIsBesideStandsByItself() {
    var reopened = new ReopenLine(DiskWorkload.REOPEN, OURS, 1_000, 0.5, 0, 0, 20.0);
    assertThat(GoalLine.of(List.of(reopened)))
        .containsExactly(
            new GoalLine("open seconds", DiskWorkload.REOPEN, null, 0.5, "<= 0.4", false),
            new GoalLine("index bytes per entry", DiskWorkload.REOPEN, null, 20, "<= 24", true));
  }

  @Test
  void aLineIsOneObjectWithoutWhatIsNotKnown() {
    var line = new ReopenLine(DiskWorkload.REOPEN, ROCKSDB, 1_000, 0.25, 0, 0, null);
    String json = new JsonMapper().writeValueAsString(line);
    assertThat(json)
        .isEqualTo("{\"workload\":\"reopen\",\"contender\":\"rocksdb\",\"entries\":1000,"
            + "\"seconds\":0.25,\"missing\":0,\"wrong\":0}");
    assertThat(new JsonMapper().readValue(json, ReopenLine.class)).isEqualTo(line);
  }

  private DiskBench run(
      List<DiskWorkload> workloads, List<DiskContender> contenders, DiskTurns measuring)
      throws Exception {
    var printed = new PrintWriter(err);
    var progress = new Progress(DiskBench.planned(SCALE, workloads, contenders), printed, () -> 0);
    var bench = new DiskBench(SCALE, measuring, progress, printed);
    bench.run(workloads, contenders, (workload, lines) -> {});
    return bench;
  }

  private static FillLine fill(DiskContender contender, double puts, double gets) {
    return new FillLine(
        DiskWorkload.MIX,
        contender,
        1,
        1,
        puts,
        1 / puts,
        0,
        gets,
        null,
        null,
        null,
        null,
        null,
        null,
        0,
        0,
        1,
        null,
        "wchar");
  }

  private class Recorded implements DiskTurns {
    @Override
    public void touchMemory() {
      turns.add("touch");
    }

    @Override
    public DiskLine measure(DiskWorkload workload, DiskContender contender) throws IOException {
      turns.add(workload + " " + contender);
      return new ReopenLine(workload, contender, 1, 1, 0, wrong, null);
    }
  }
}
