package io.intelligentcache.cli.replay;

import java.util.List;

/**
 * What the replays of one trace found.
 *
 * @param title names the trace and tells what is in it
 * @param inBytes whether sizes are in bytes; else in entries
 * @param cells one for each policy at each size
 */
record TraceReport(String title, boolean inBytes, List<ReplayCell> cells) {
  String advice() {
    return Advice.of(cells, inBytes);
  }
}
