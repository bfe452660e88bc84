package io.intelligentcache.cli.replay;

import java.util.List;

/**
 * The results of all replays of one trace.
 *
 * @param title the name of the trace, and how many requests and keys it has
 * @param inBytes whether sizes are in bytes; else in entries
 * @param cells one for each policy at each size
 */
record TraceReport(String title, boolean inBytes, List<ReplayCell> cells) {
  String advice() {
    return Advice.of(cells, inBytes);
  }
}
