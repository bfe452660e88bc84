package io.intelligentcache.cli.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Runs the traffic of several clients in parallel. */
final class Clients {
  static final int COUNT = 4;

  private static final long LOOK_MILLIS = 50;

  private final AtomicBoolean stop;
  private final AtomicLong reads = new AtomicLong();

  /**
   * Creates the clients.
   *
   * @param stop ends the clients after their current step when it is set
   */
  Clients(AtomicBoolean stop) {
    this.stop = stop;
  }

  /**
   * Runs the clients until they have made about that many reads together, or until the deadline.
   *
   * @param progress receives the number of reads so far, about twenty times a
   *     second, on the caller's thread
   */
  void run(List<Traffic> clients, long mostReads, long deadlineNanos, LongConsumer progress) {
    ExecutorService threads = Executors.newFixedThreadPool(clients.size());
    long share = (mostReads + clients.size() - 1) / clients.size();
    try {
      var running = new ArrayList<Future<?>>();
      for (Traffic client : clients) {
        running.add(threads.submit(() -> run(client, share, deadlineNanos)));
      }
      for (Future<?> client : running) {
        while (!isDone(client)) {
          progress.accept(reads.get());
        }
      }
      progress.accept(reads.get());
    } finally {
      threads.shutdownNow();
    }
  }

  private void run(Traffic client, long mostReads, long deadlineNanos) {
    long mine = 0;
    while (mine < mostReads && !stop.get() && System.nanoTime() - deadlineNanos < 0) {
      int more = client.step();
      mine += more;
      reads.addAndGet(more);
    }
  }

  private static boolean isDone(Future<?> client) {
    try {
      client.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException running) {
      return false;
    } catch (ExecutionException failure) {
      throw new IllegalStateException("a client failed: " + failure.getCause(), failure);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupt);
    }
  }
}
