package io.intelligentcache.bench.disk;

import static io.intelligentcache.bench.disk.DiskContender.EHCACHE;
import static io.intelligentcache.bench.disk.DiskContender.RAW;
import static io.intelligentcache.bench.disk.DiskContender.ROCKSDB;
import static io.intelligentcache.bench.disk.DiskContender.ROCKSDB256;
import static io.intelligentcache.bench.disk.DiskFigure.DISK_PER_CAP;
import static io.intelligentcache.bench.disk.DiskFigure.GETS;
import static io.intelligentcache.bench.disk.DiskFigure.GET_P99;
import static io.intelligentcache.bench.disk.DiskFigure.HIT_RATIO;
import static io.intelligentcache.bench.disk.DiskFigure.INDEX_BYTES_PER_ENTRY;
import static io.intelligentcache.bench.disk.DiskFigure.LONGEST_PUT_MILLIS;
import static io.intelligentcache.bench.disk.DiskFigure.OPEN_SECONDS;
import static io.intelligentcache.bench.disk.DiskFigure.OPS;
import static io.intelligentcache.bench.disk.DiskFigure.PUTS;
import static io.intelligentcache.bench.disk.DiskFigure.WRITTEN_PER_BYTE;
import static io.intelligentcache.bench.disk.DiskWorkload.CAP;
import static io.intelligentcache.bench.disk.DiskWorkload.MIX;
import static io.intelligentcache.bench.disk.DiskWorkload.REOPEN;
import static io.intelligentcache.bench.disk.DiskWorkload.SMALL;

import io.intelligentcache.bench.measure.Bound;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The goal for one of our figures, at full scale.
 *
 * @param figure the figure
 * @param workload the workload
 * @param beside the contender by whose figure ours is divided; null if ours is not divided
 * @param bound the bound of the figure, or of the quotient
 */
record DiskGoal(
    DiskFigure figure, DiskWorkload workload, @Nullable DiskContender beside, Bound bound) {
  private static final List<DiskGoal> ALL = List.of(
      new DiskGoal(PUTS, SMALL, RAW, Bound.atLeast(0.25)),
      new DiskGoal(PUTS, SMALL, ROCKSDB256, Bound.atLeast(2.5)),
      new DiskGoal(GETS, SMALL, RAW, Bound.atLeast(0.6)),
      new DiskGoal(GETS, SMALL, ROCKSDB, Bound.atLeast(3)),
      new DiskGoal(GETS, SMALL, EHCACHE, Bound.atLeast(5)),
      new DiskGoal(PUTS, MIX, RAW, Bound.atLeast(0.5)),
      new DiskGoal(PUTS, MIX, ROCKSDB, Bound.atLeast(6)),
      new DiskGoal(PUTS, MIX, EHCACHE, Bound.atLeast(8)),
      new DiskGoal(GETS, MIX, RAW, Bound.atLeast(0.7)),
      new DiskGoal(GETS, MIX, ROCKSDB, Bound.atLeast(3)),
      new DiskGoal(GETS, MIX, EHCACHE, Bound.atLeast(3.5)),
      new DiskGoal(GET_P99, MIX, RAW, Bound.atMost(2)),
      new DiskGoal(OPS, CAP, ROCKSDB, Bound.atLeast(4)),
      new DiskGoal(HIT_RATIO, CAP, ROCKSDB, Bound.atLeast(1)),
      new DiskGoal(LONGEST_PUT_MILLIS, CAP, null, Bound.atMost(5)),
      new DiskGoal(WRITTEN_PER_BYTE, CAP, null, Bound.atMost(1.35)),
      new DiskGoal(DISK_PER_CAP, CAP, null, Bound.atMost(1)),
      new DiskGoal(OPEN_SECONDS, REOPEN, null, Bound.atMost(0.4)),
      new DiskGoal(OPEN_SECONDS, REOPEN, ROCKSDB, Bound.atMost(1)),
      new DiskGoal(INDEX_BYTES_PER_ENTRY, REOPEN, null, Bound.atMost(24)));

  /** The goal of a figure, or null. */
  static @Nullable Bound of(
      DiskFigure figure, DiskWorkload workload, @Nullable DiskContender beside) {
    for (DiskGoal goal : ALL) {
      if (goal.figure == figure && goal.workload == workload && goal.beside == beside) {
        return goal.bound;
      }
    }
    return null;
  }
}
