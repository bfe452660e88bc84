package io.intelligentcache.bench;

import static io.intelligentcache.bench.DiskContender.EHCACHE;
import static io.intelligentcache.bench.DiskContender.RAW;
import static io.intelligentcache.bench.DiskContender.ROCKSDB;
import static io.intelligentcache.bench.DiskContender.ROCKSDB256;
import static io.intelligentcache.bench.DiskFigure.DISK_PER_CAP;
import static io.intelligentcache.bench.DiskFigure.GETS;
import static io.intelligentcache.bench.DiskFigure.GET_P99;
import static io.intelligentcache.bench.DiskFigure.HIT_RATIO;
import static io.intelligentcache.bench.DiskFigure.INDEX_BYTES_PER_ENTRY;
import static io.intelligentcache.bench.DiskFigure.LONGEST_PUT_MILLIS;
import static io.intelligentcache.bench.DiskFigure.OPEN_SECONDS;
import static io.intelligentcache.bench.DiskFigure.OPS;
import static io.intelligentcache.bench.DiskFigure.PUTS;
import static io.intelligentcache.bench.DiskFigure.WRITTEN_PER_BYTE;
import static io.intelligentcache.bench.DiskWorkload.CAP;
import static io.intelligentcache.bench.DiskWorkload.MIX;
import static io.intelligentcache.bench.DiskWorkload.REOPEN;
import static io.intelligentcache.bench.DiskWorkload.SMALL;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a figure of ours is to be, at full scale.
 *
 * @param figure which
 * @param workload under which
 * @param beside by whose figure ours is divided; null if by none
 * @param least the limit, from below or from above
 * @param limit beyond which it must not be
 */
record DiskGoal(
    DiskFigure figure,
    DiskWorkload workload,
    @Nullable DiskContender beside,
    boolean least,
    double limit) {
  private static final List<DiskGoal> ALL = List.of(
      new DiskGoal(PUTS, SMALL, RAW, true, 0.25),
      new DiskGoal(PUTS, SMALL, ROCKSDB256, true, 2.5),
      new DiskGoal(GETS, SMALL, RAW, true, 0.6),
      new DiskGoal(GETS, SMALL, ROCKSDB, true, 3),
      new DiskGoal(GETS, SMALL, EHCACHE, true, 5),
      new DiskGoal(PUTS, MIX, RAW, true, 0.5),
      new DiskGoal(PUTS, MIX, ROCKSDB, true, 6),
      new DiskGoal(PUTS, MIX, EHCACHE, true, 8),
      new DiskGoal(GETS, MIX, RAW, true, 0.7),
      new DiskGoal(GETS, MIX, ROCKSDB, true, 3),
      new DiskGoal(GETS, MIX, EHCACHE, true, 3.5),
      new DiskGoal(GET_P99, MIX, RAW, false, 2),
      new DiskGoal(OPS, CAP, ROCKSDB, true, 4),
      new DiskGoal(HIT_RATIO, CAP, ROCKSDB, true, 1),
      new DiskGoal(LONGEST_PUT_MILLIS, CAP, null, false, 5),
      new DiskGoal(WRITTEN_PER_BYTE, CAP, null, false, 1.35),
      new DiskGoal(DISK_PER_CAP, CAP, null, false, 1),
      new DiskGoal(OPEN_SECONDS, REOPEN, null, false, 0.4),
      new DiskGoal(OPEN_SECONDS, REOPEN, ROCKSDB, false, 1),
      new DiskGoal(INDEX_BYTES_PER_ENTRY, REOPEN, null, false, 24));

  /** The goal of a figure, if it has one. */
  static @Nullable DiskGoal of(
      DiskFigure figure, DiskWorkload workload, @Nullable DiskContender beside) {
    for (DiskGoal goal : ALL) {
      if (goal.figure == figure && goal.workload == workload && goal.beside == beside) {
        return goal;
      }
    }
    return null;
  }

  boolean isMetBy(double value) {
    return least ? value >= limit : value <= limit;
  }

  /** For example {@code >= 0.7}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, least ? ">= %.4g" : "<= %.4g", limit)
        .replaceAll("\\.?0+$", "");
  }
}
