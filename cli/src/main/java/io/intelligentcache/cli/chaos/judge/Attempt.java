package io.intelligentcache.cli.chaos.judge;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.tier.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What Redis answers to the write that the current thread is making. The cache does not tell its
 * caller; it does hand the write to its tiers on the caller's thread, where {@link Witness} meets it.
 * Writes of other threads, such as what was loaded, belong to no attempt.
 */
public final class Attempt {
  private static final ThreadLocal<@Nullable Attempt> CURRENT = new ThreadLocal<>();
  private static final long LONGEST_WAIT_MILLIS = 2_000;

  private volatile @Nullable CompletableFuture<Outcome> outcome; // null until the tier was told
  private volatile long clockErrorNanos;

  private Attempt() {}

  /** Begins the thread's attempt. */
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
   * The tier was told.
   *
   * @param told what it will answer
   * @param errorNanos how far its clock may be from that of Redis
   */
  void witnessed(CompletableFuture<Outcome> told, long errorNanos) {
    clockErrorNanos = errorNanos;
    outcome = told;
  }

  /** How far the clock that the write was numbered by may have been wrong. */
  public long clockErrorNanos() {
    return clockErrorNanos;
  }

  /**
   * Ends the thread's attempt.
   *
   * @return whether Redis acknowledged it
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
