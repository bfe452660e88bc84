package io.intelligentcache.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.bench.measure.Progress;
import io.intelligentcache.bench.memory.Block;
import io.intelligentcache.bench.memory.Contender;
import io.intelligentcache.bench.memory.Timing;
import io.intelligentcache.bench.memory.Workload;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BenchTest {
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "--contender, redis, 'must be one of lru, lfu, adaptive, caffeine, cache2k, guava, ehcache, map: redis'",
    "--workload, scan, 'must be one of read, mixed, write, loading, metadata: scan'",
    "--threads, 0, the threads must be 1 to 1024: 0",
    "--rounds, 0, the rounds must be 1 to 100: 0"
  })
  void refusesWhatItDoesNotKnowAndTellsWhatItDoes(String option, String value, String said) {
    int exitCode =
        Bench.commandLine().setErr(new PrintWriter(err)).execute("memory", option, value);
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).startsWith("icm: ").contains(said);
  }

  @ParameterizedTest
  @CsvSource({
    "--only, redis, 'must be one of raw, ours, rocksdb, rocksdb256, lmdb, mvstore, ehcache: redis'",
    "--workload, scan, 'must be one of small, mix, cap, reopen: scan'",
    "--entries, 9999, the entries must be 10000 to 20000000: 9999",
    "--seconds, 0, the seconds must be 1 to 600: 0",
    "--directory, /dev/null, --directory must be a directory: /dev/null"
  })
  void refusesStoresOnDiskThatItDoesNotKnow(String option, String value, String said) {
    int exitCode = Bench.commandLine().setErr(new PrintWriter(err)).execute("disk", option, value);
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).startsWith("icm: ").contains(said);
  }

  @ParameterizedTest
  @CsvSource({
    "--only, rocksdb, 'must be one of raw, ours, alone, redisson, updating, jetcache: rocksdb'",
    "--workload, scan, 'must be one of get, get4, get256, put, put4, put256, hits, propagation: scan'",
    "--seconds, 0, the seconds must be 1 to 600: 0",
    "--redis-server, /dev/null, '--redis-server: no executable file: /dev/null'"
  })
  void refusesWhatItCannotMeasureOverRedis(String option, String value, String said) {
    int exitCode = Bench.commandLine().setErr(new PrintWriter(err)).execute("redis", option, value);
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).startsWith("icm: ").contains(said);
  }

  @Test
  void refusesToCapTheRawLimit() {
    int exitCode = Bench.commandLine()
        .setErr(new PrintWriter(err))
        .execute("disk", "--workload", "cap", "--only", "raw");
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).contains("none of the given contenders takes part");
  }

  @Test
  void refusesToMeasureNobody() {
    int exitCode = Bench.commandLine()
        .setErr(new PrintWriter(err))
        .execute("memory", "--workload", "write,loading", "--contender", "map");
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).contains("a map has no bounds");
  }

  @Test
  void aMapTakesPartOnlyWhereNothingIsEvicted() {
    assertThat(Block.of(
            List.of(Workload.READ, Workload.WRITE, Workload.METADATA),
            List.of(1, 2),
            List.of(Contender.LRU, Contender.MAP)))
        .containsExactly(
            new Block(Workload.READ, 1, List.of(Contender.LRU, Contender.MAP)),
            new Block(Workload.READ, 2, List.of(Contender.LRU, Contender.MAP)),
            new Block(Workload.WRITE, 1, List.of(Contender.LRU)),
            new Block(Workload.WRITE, 2, List.of(Contender.LRU)),
            new Block(Workload.METADATA, 1, List.of(Contender.LRU, Contender.MAP)));
  }

  @Test
  void progressTellsTheTimeLeftByThePaceSoFar() {
    var timing =
        new Timing(3, 1, Duration.ofSeconds(38), 1, Duration.ofMillis(500)); // steps of 40 s
    var block = new Block(Workload.MIXED, 2, List.of(Contender.CAFFEINE, Contender.CACHE2K));
    var clock = new AtomicLong();
    var progress = new Progress(timing.ofSteps(List.of(block)), new PrintWriter(err), clock::get);
    progress.begin(block + ", " + Contender.CAFFEINE, timing.ofStep(block.workload()));
    clock.addAndGet(TimeUnit.SECONDS.toNanos(80));
    progress.begin(block + ", " + Contender.CACHE2K, timing.ofStep(block.workload()));
    assertThat(err.toString().lines())
        .containsExactly(
            "measuring in 6 steps, takes about 4 minutes",
            "1 of 6: mixed, 2 threads, caffeine; about 4 minutes left",
            "2 of 6: mixed, 2 threads, cache2k; about 7 minutes left");
  }
}
