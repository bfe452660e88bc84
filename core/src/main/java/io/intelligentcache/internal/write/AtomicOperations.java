package io.intelligentcache.internal.write;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.AtomicOperationException;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Found;
import io.intelligentcache.Update;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.KeyFlights;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.concurrent.Timeouts;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.internal.read.TierSearch;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.internal.write.ValueSource.Reading;
import io.intelligentcache.internal.write.WritePath.Change;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Atomic operations: they change a key depending on the value that it has. All of them are one loop:
 *
 * <pre>
 *   read the value -> decide -> change the key, if it still has that value -> else start again
 * </pre>
 *
 * <p>Within this instance, operations on one key run one after the other. Each round is a {@link Flight}. An
 * operation that finds a running flight tries again when that flight has landed. Every other change of the key fences
 * the flight, as it fences searches and loads. The {@link ValueSource} finds out whether another instance has changed
 * the key.
 */
public final class AtomicOperations<K, V> {
  /** The time limit of an operation. It ends an operation on a key that others change, or hold, all the time. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int LONGEST_PAUSE_SHIFT = 5; // 32 ms

  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  private final KeyFlights<K, V> flights;
  private final WritePath<K, V> writes;
  private final ValueSource<K, V> source;

  public AtomicOperations(
      Keyspace<K, V> space,
      KeyFlights<K, V> flights,
      TierSearch<K, V> searches,
      WritePath<K, V> writes) {
    this.space = space;
    this.runtime = space.runtime;
    this.flights = flights;
    this.writes = writes;
    this.source = space.copies == null
        ? new ValueSource.Alone<>(space, searches, writes)
        : new ValueSource.Shared<>(space, writes, space.copies);
  }

  /**
   * The decision of an operation about a value.
   *
   * @param changes whether to change the key; this also stops what is loading it
   * @param value the value to store, or null to make the key absent
   * @param options how to store the value; null if it expires when the one before would have expired
   * @param answer the result for the caller
   * @param counts whether the change counts as a put or an invalidation
   */
  private record Decision<V, T>(
      boolean changes,
      @Nullable V value,
      @Nullable EntryOptions options,
      @Nullable T answer,
      boolean counts) {
    static <V, T> Decision<V, T> keep(@Nullable T answer) {
      return new Decision<>(false, null, null, answer, false);
    }

    static <V, T> Decision<V, T> store(
        V value, @Nullable EntryOptions options, @Nullable T answer) {
      return new Decision<>(true, value, options, answer, true);
    }

    static <V, T> Decision<V, T> remove(@Nullable T answer) {
      return new Decision<>(true, null, null, answer, true);
    }

    /** Makes an absent key absent once more: a load that began before must not be stored. */
    static <V, T> Decision<V, T> stopLoads() {
      return new Decision<>(true, null, null, null, false);
    }
  }

  public CompletableFuture<@Nullable V> putIfAbsent(K key, V value, EntryOptions options) {
    return run(
        key, there -> there == null ? Decision.store(value, options, null) : Decision.keep(there));
  }

  public CompletableFuture<@Nullable V> replace(K key, V value, EntryOptions options) {
    return run(
        key, there -> there == null ? Decision.keep(null) : Decision.store(value, options, there));
  }

  public CompletableFuture<Boolean> replace(K key, V expected, V value, EntryOptions options) {
    return run(
        key,
        there ->
            expected.equals(there) ? Decision.store(value, options, true) : Decision.keep(false));
  }

  public CompletableFuture<Boolean> remove(K key, V expected) {
    return run(key, there -> expected.equals(there) ? Decision.remove(true) : Decision.keep(false));
  }

  public CompletableFuture<@Nullable V> getAndPut(K key, V value, EntryOptions options) {
    return run(key, there -> Decision.store(value, options, there));
  }

  public CompletableFuture<@Nullable V> getAndRemove(K key) {
    return run(key, there -> there == null ? Decision.stopLoads() : Decision.remove(there));
  }

  /**
   * Replaces a value by the result of a function.
   *
   * @param where runs the function, or reports that it can't
   */
  public CompletableFuture<@Nullable V> compute(
      K key,
      BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function,
      LoadRunner.Runner where) {
    return new Operation<@Nullable V>(
            key,
            found -> {
              V made = function.apply(key, found.value());
              if (made != null) {
                return Decision.store(made, EntryOptions.defaults(), made);
              }
              return found.value() == null ? Decision.keep(null) : Decision.remove(null);
            },
            where)
        .begin();
  }

  /**
   * Replaces an entry by the result of a function.
   *
   * @param where runs the function, or reports that it can't
   */
  public CompletableFuture<@Nullable V> update(
      K key, BiFunction<? super K, ? super Found<V>, Update<V>> function, LoadRunner.Runner where) {
    return new Operation<@Nullable V>(
            key,
            found -> decision(
                found.value(),
                requireNonNull(
                    function.apply(key, found), "the function of an update returned null")),
            where)
        .begin();
  }

  private static <V> Decision<V, @Nullable V> decision(@Nullable V there, Update<V> update) {
    V value = update.value();
    if (value != null) {
      EntryOptions options = update.options();
      return Decision.store(
          value, options == null && there == null ? EntryOptions.defaults() : options, value);
    }
    if (!update.changes()) {
      return Decision.keep(there);
    }
    return there == null ? Decision.stopLoads() : Decision.remove(null);
  }

  private Timeouts timeouts() {
    return runtime.threads().timeouts();
  }

  private <T extends @Nullable Object> CompletableFuture<T> run(
      K key, Function<@Nullable V, Decision<V, T>> decide) {
    return new Operation<>(key, found -> decide.apply(found.value()), null).begin();
  }

  /** One running operation. */
  private final class Operation<T extends @Nullable Object> {
    private final K key;
    private final Function<Found<V>, Decision<V, T>> decide;
    private final LoadRunner.@Nullable Runner where;
    private final long deadline = timeouts().nanos() + PATIENCE.toNanos();
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private int pauses; // used by one round at a time

    /**
     * Creates an operation.
     *
     * @param where runs {@code decide} if that is user code; else null
     */
    Operation(K key, Function<Found<V>, Decision<V, T>> decide, LoadRunner.@Nullable Runner where) {
      this.key = key;
      this.decide = decide;
      this.where = where;
    }

    CompletableFuture<T> begin() {
      round();
      return result;
    }

    private void again() {
      space.steps.execute(this::round);
    }

    /**
     * Starts another round, or fails if the deadline has passed, or the manager is closed: then this would not wait
     * for the other operation any more. To fail needs no thread for another round.
     */
    private void againInTime() {
      if (left() > 0 && !timeouts().isClosed()) {
        again();
      } else {
        fail(tooLate());
      }
    }

    /** Runs one round. If the key's {@code hashCode} or {@code equals} throws, the caller gets that failure. */
    private void round() {
      try {
        tryOnce();
      } catch (Throwable failure) {
        fail(failure);
      }
    }

    private void tryOnce() {
      long left = left();
      if (left <= 0) {
        fail(tooLate());
        return;
      }
      boolean[] mine = {false};
      CompletableFuture<Runnable> attempt = flights.atomics().join(key, flight -> {
        mine[0] = true;
        return Failures.attempt(() -> attempt(flight, left));
      });
      if (mine[0]) {
        var unused = attempt.whenComplete((goOn, failure) -> {
          try {
            if (failure == null) {
              goOn.run();
            } else {
              fail(failure);
            }
          } catch (Throwable noThread) {
            fail(noThread);
          }
        });
      } else { // another operation's flight: its outcome does not matter here
        var unused = timeouts()
            .limit(attempt, left, this::tooLate)
            .whenComplete((others, failure) -> againInTime());
      }
    }

    private long left() {
      return deadline - timeouts().nanos();
    }

    /** Tries once. Returns what to do when the flight has landed. */
    private CompletableFuture<Runnable> attempt(Flight<K, Runnable> flight, long left) {
      space.requireOpen();
      if (flights.isSwept(key)) { // a value computed from a swept one could survive the sweep
        return CompletableFuture.completedFuture(this::pause);
      }
      return source
          .read(flight)
          .thenCompose(reading -> reading instanceof Reading.Known<V> known
              ? Failures.attempt(() -> change(flight, known, left))
              : CompletableFuture.completedFuture(this::pause));
    }

    private CompletableFuture<Runnable> change(
        Flight<K, Runnable> flight, Reading.Known<V> known, long left) {
      return decision(known, left)
          .thenCompose(decision -> Failures.attempt(() -> carryOut(flight, known, decision)));
    }

    private CompletableFuture<Decision<V, T>> decision(Reading.Known<V> known, long left) {
      if (where == null) {
        return CompletableFuture.completedFuture(decide.apply(now(known)));
      }
      var decided = new CompletableFuture<Decision<V, T>>();
      // The user's executor may run the task twice, or after the deadline.
      var begun = new AtomicBoolean();
      where.run(
          () -> {
            if (begun.compareAndSet(false, true)) {
              decide(known, decided);
            }
          },
          refusal -> decided.completeExceptionally(noThread(refusal)));
      // After the deadline the decision is not applied, so a caller that gave up can rely on that.
      return timeouts()
          .limit(decided, left, () -> begun.compareAndSet(false, true) ? neverBegan() : tooLate());
    }

    private void decide(Reading.Known<V> known, CompletableFuture<Decision<V, T>> decided) {
      try {
        decided.complete(decide.apply(now(known)));
      } catch (Throwable failure) { // of the function: the caller gets it
        decided.completeExceptionally(Failures.safe(failure));
      }
    }

    private Found<V> now(Reading.Known<V> known) {
      return known.at(runtime.time().nanos());
    }

    private CompletableFuture<Runnable> carryOut(
        Flight<K, Runnable> flight, Reading.Known<V> known, Decision<V, T> decision) {
      Runnable end = () -> result.complete(decision.answer());
      if (!decision.changes()) {
        return CompletableFuture.completedFuture(end);
      }
      return source.change(flight, known, prepare(known, decision)).thenApply(changed -> {
        if (!changed) {
          return this::again;
        }
        if (decision.counts()) {
          space.counters.add(decision.value() == null ? Event.INVALIDATION : Event.PUT);
        }
        return end;
      });
    }

    private @Nullable Change<K, V> prepare(Reading.Known<V> known, Decision<V, T> decision) {
      V value = decision.value();
      EntryOptions options = decision.options();
      if (value == null) {
        return null;
      }
      return options == null
          ? writes.prepare(key, value, known.expiry())
          : writes.prepare(key, value, options);
    }

    private void pause() {
      long millis = 1L << Math.min(pauses++, LONGEST_PAUSE_SHIFT);
      var unused = runtime.threads().deadlines().after(MILLISECONDS.toNanos(millis), this::again);
    }

    private void fail(Throwable failure) {
      result.completeExceptionally(Failures.safe(Failures.unwrapped(failure)));
    }

    private AtomicOperationException tooLate() {
      return givenUp(" did not succeed within " + PATIENCE.toSeconds()
          + " s: others changed or held the key all the time, or its function took too long;"
          + " it has changed nothing, try again");
    }

    private AtomicOperationException neverBegan() {
      return givenUp(" was given up, because its function had waited for a thread for "
          + PATIENCE.toSeconds() + " s and had not begun; it has changed nothing, try again");
    }

    private AtomicOperationException givenUp(String why) {
      return new AtomicOperationException(
          runtime.lifecycle().isOpen()
              ? what() + why
              : "the cache manager was closed during " + what() + "; it has changed nothing",
          null);
    }

    private AtomicOperationException noThread(Throwable refusal) {
      return new AtomicOperationException(
          what() + " was given up, because "
              + (refusal instanceof RejectedExecutionException
                  ? "too many functions and loads are waiting for a thread"
                  : "no thread could be had for its function: " + Failures.safe(refusal))
              + "; it has changed nothing",
          refusal);
    }

    private String what() {
      return "an atomic operation on key " + Failures.text(key) + " of " + space.space;
    }
  }
}
