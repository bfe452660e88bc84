package io.intelligentcache.bench.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Checks repeatedly how much disk space a directory uses, until it is stopped. */
final class DiskSampler {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Path directory;
  private final Thread thread = new Thread(this::look, "icm-bench-du");
  private volatile boolean stopped;
  private volatile @Nullable IOException failure;
  private long most;
  private int looks;

  /** Checks once, then continues on its own thread. */
  DiskSampler(Path directory) throws IOException {
    this.directory = directory;
    most = DiskUsage.of(directory);
    looks = 1;
    thread.setDaemon(true);
    thread.start();
  }

  private void look() {
    try {
      while (!stopped) {
        most = Math.max(most, DiskUsage.of(directory));
        looks++;
        LockSupport.parkNanos(PERIOD_NANOS);
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  void stop() throws IOException, InterruptedException {
    stopped = true;
    thread.join();
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** The most bytes in any check. Valid after {@link #stop}. */
  long most() {
    return most;
  }

  /** The number of checks. Valid after {@link #stop}. */
  int looks() {
    return looks;
  }
}
