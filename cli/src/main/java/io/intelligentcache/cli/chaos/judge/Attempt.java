package io.intelligentcache.cli.chaos.judge;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.tier.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The answer of Redis to the write that the current thread is making. The cache does not return this
 * answer to its caller. But it calls its tiers on the caller's thread, and there {@link Witness} records
 * the answer. Writes of other threads, such as stores of loaded values, belong to no attempt.
 */
public final class Attempt {
  private static final ThreadLocal<@Nullable Attempt> CURRENT = new ThreadLocal<>();
  private static final long LONGEST_WAIT_MILLIS = 2_000;

  private volatile @Nullable CompletableFuture<Outcome> outcome; // null before the tier is called
  private volatile long clockErrorNanos;

  private Attempt() {}

  /** Begins an attempt of the current thread. */
  public static Attempt begin() {
    var attempt = new Attempt();
    CURRENT.set(attempt);
    return attempt;
  }

  /** Makes an attempt that belongs to no thread. */
  static Attempt ofNoThread() {
    return new Attempt();
  }

  /** The attempt that the current thread is making, or null. */
  static @Nullable Attempt current() {
    return CURRENT.get();
  }

  /**
   * The tier received the write.
   *
   * @param told the future answer of the tier
   * @param errorNanos how far its clock may differ from the clock of Redis
   */
  void witnessed(CompletableFuture<Outcome> told, long errorNanos) {
    clockErrorNanos = errorNanos;
    outcome = told;
  }

  /** The possible error of the clock from which the write got its version. */
  public long clockErrorNanos() {
    return clockErrorNanos;
  }

  /**
   * Ends the attempt of the current thread.
   *
   * @return whether Redis acknowledged the write
   */
  public boolean end() {
    CURRENT.remove();
    CompletableFuture<Outcome> told = outcome;
    if (told == null) {
      return false;
    }
    try {
      return !(told.get(LONGEST_WAIT_MILLIS, MILLISECONDS) instanceof Outcome.Refused);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException noAnswer) {
      return false;
    }
  }
}
