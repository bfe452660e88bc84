package io.intelligentcache.cli.replay;

import io.intelligentcache.cli.console.Numbers;
import java.util.List;

/** Formats the cells of a trace as rows of text. */
final class ReplayTable {
  static final List<String> HEADS =
      List.of("policy", "size", "hits", "hit ratio", "byte hit ratio");

  private ReplayTable() {}

  static String[] row(ReplayCell cell) {
    return new String[] {
      cell.policy(),
      cell.size(),
      Numbers.count(cell.hits()),
      Numbers.percent(cell.hitRatio()),
      cell.byteHitRatio() < 0 ? "-" : Numbers.percent(cell.byteHitRatio())
    };
  }
}
