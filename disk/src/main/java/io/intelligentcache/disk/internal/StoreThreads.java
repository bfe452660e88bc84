package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.internal.log.FsyncScheduler;
import io.intelligentcache.disk.internal.log.LogWriter;
import io.intelligentcache.disk.internal.log.StoreDeadlines;
import io.intelligentcache.disk.internal.reclaim.Reclaimer;
import io.intelligentcache.internal.concurrent.LibraryThreads;

/** What runs in the background of an open store, from its start until its writer has ended. */
public record StoreThreads(
    LogWriter writer, Reclaimer reclaimer, FsyncScheduler fsync, StoreDeadlines deadlines) {

  /**
   * Starts the threads.
   *
   * @param ended called by the writer's thread at its end
   */
  void start(Runnable ended) {
    start("intelligent-cache-disk-reclaimer", reclaimer);
    fsync.start();
    start("intelligent-cache-disk-writer", () -> {
      try {
        writer.run();
      } finally {
        ended.run();
      }
    });
  }

  private static void start(String name, Runnable work) {
    LibraryThreads.of(name, work).start();
  }

  /** Ends what needs the scheduler, which is closed next. The writer goes on. */
  void leaveScheduler() {
    deadlines.close();
    fsync.stopInterval();
  }

  /** Ends all but the writer, which is not running or has just ended. */
  void close() {
    deadlines.close();
    fsync.stop();
    reclaimer.end();
  }
}
