package io.intelligentcache.bench.redis;

import io.intelligentcache.bench.measure.WrongAnswerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A load on a client of Redis.
 *
 * @param puts whether it consists of puts; else of gets
 * @param threads the number of parallel threads
 * @param inFlight how many operations of a thread may wait for their answers
 */
record RemoteLoad(boolean puts, int threads, int inFlight) {
  private static final long ANSWER_SECONDS = 30;
  private static final double SECOND = 1e9;

  /**
   * Coprime to the number of entries, so that each entry has its turn. Threads
   * never ask for the same entry.
   */
  private static final int STRIDE = 389;

  /** Puts every entry, and reads it back. */
  static void fill(RemoteUnderTest remote) throws WrongAnswerException, InterruptedException {
    for (int entry = 0; entry < RemoteEntries.COUNT; entry++) {
      ask(remote, entry, true);
      ask(remote, entry, false);
    }
  }

  /**
   * Runs the load for a time.
   *
   * @return answers per second, of all threads together
   */
  double run(RemoteUnderTest remote, Duration time)
      throws WrongAnswerException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Double>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread;
        running.add(pool.submit(() -> inFlight == 1
            ? oneByOne(remote, first, time.toNanos())
            : pipelined(remote, first, time.toNanos())));
      }
      double all = 0;
      for (Future<Double> one : running) {
        all += one.get();
      }
      return all;
    } catch (ExecutionException failure) {
      throw new WrongAnswerException(failure.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private double oneByOne(RemoteUnderTest remote, int first, long nanos)
      throws WrongAnswerException, InterruptedException {
    long begun = System.nanoTime();
    long took = 0;
    int done = 0;
    while (took < nanos) {
      ask(remote, entry(first, done), puts);
      done++;
      took = System.nanoTime() - begun;
    }
    return done * SECOND / took;
  }

  private static void ask(RemoteUnderTest remote, int entry, boolean put)
      throws WrongAnswerException, InterruptedException {
    try {
      Object answer = (put ? remote.put(entry) : remote.get(entry))
          .toCompletableFuture()
          .get(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (!isRight(remote, entry, put, answer)) {
        throw new WrongAnswerException(answer);
      }
    } catch (ExecutionException | TimeoutException failure) {
      throw new WrongAnswerException(failure);
    }
  }

  private double pipelined(RemoteUnderTest remote, int first, long nanos)
      throws WrongAnswerException, InterruptedException {
    var free = new Semaphore(inFlight);
    var wrong = new LongAdder();
    long begun = System.nanoTime();
    int done = 0;
    while (System.nanoTime() - begun < nanos) {
      free.acquire();
      int entry = entry(first, done);
      CompletionStage<?> answer = puts ? remote.put(entry) : remote.get(entry);
      var unused = answer.whenComplete((value, failure) -> {
        if (failure != null || !isRight(remote, entry, puts, value)) {
          wrong.increment();
        }
        free.release();
      });
      done++;
    }
    if (!free.tryAcquire(inFlight, ANSWER_SECONDS, TimeUnit.SECONDS)) {
      throw new WrongAnswerException("none within " + ANSWER_SECONDS + " s");
    }
    double perSecond = done * SECOND / (System.nanoTime() - begun);
    if (wrong.sum() > 0) {
      throw new WrongAnswerException(wrong.sum() + " of " + done);
    }
    return perSecond;
  }

  private static boolean isRight(
      RemoteUnderTest remote, int entry, boolean put, @Nullable Object answer) {
    return put ? remote.stored(answer) : remote.found(entry, answer);
  }

  private int entry(int first, int done) {
    int share = RemoteEntries.COUNT / threads;
    return first * share + (int) ((long) done * STRIDE % share);
  }
}
