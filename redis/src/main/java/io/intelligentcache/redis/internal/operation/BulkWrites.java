package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.redis.internal.connection.InFlightLimiter;
import io.intelligentcache.redis.internal.connection.SendWindow;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TierKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes of bulks that were called but not sent yet, because a bulk has only a limited number of commands in flight.
 *
 * <p>The order of calls on one key is kept nevertheless: before any other operation on a key is sent,
 * {@link #sendFirst} is called. It sends the waiting write of that key.
 *
 * <pre>
 *   putAll(k = 1, ...): k waits     | get(k): sends k = 1, then reads behind it
 * </pre>
 *
 * <p>Bounded: while the waiting bulks have more than {@link #MOST_BYTES}, further ones are refused. A single bulk may
 * have any size.
 */
public final class BulkWrites {
  private static final int MOST_BULKS = 1_000;
  private static final long MOST_BYTES = 256L << 20;

  private final RedisLimits limits;
  private final Map<TierKey, Write> unsent = new ConcurrentHashMap<>();
  private final InFlightLimiter inFlight = new InFlightLimiter(MOST_BULKS, MOST_BYTES);

  public BulkWrites(RedisLimits limits) {
    this.limits = limits;
  }

  /** How many commands one bulk may have in flight. */
  SendWindow window() {
    return SendWindow.within(limits);
  }

  /** One write of a bulk. It is sent once: in its turn, or before. */
  public static final class Write {
    private final TierKey key;
    private final long bytes;
    private final Supplier<CompletableFuture<Outcome>> send;
    private final Function<Reason, Outcome> refuse;
    private @Nullable Write earlier; // of the same key; guarded by this, like answer
    private @Nullable CompletableFuture<Outcome> answer;

    /**
     * A write that is not sent yet.
     *
     * @param bytes its approximate size
     * @param send sends it; never blocks
     * @param refuse refuses it without sending it
     */
    public Write(
        TierKey key,
        long bytes,
        Supplier<CompletableFuture<Outcome>> send,
        Function<Reason, Outcome> refuse) {
      this.key = key;
      this.bytes = bytes;
      this.send = send;
      this.refuse = refuse;
    }

    private synchronized Write after(Write before) {
      earlier = before;
      return this;
    }

    /**
     * Sends the write, or waits until another thread has sent it. The lock is held while the write is sent: a thread
     * that has to send a later command on the key waits for that.
     */
    private synchronized CompletableFuture<Outcome> send() {
      CompletableFuture<Outcome> sent = answer;
      if (sent == null) {
        if (earlier != null) {
          var unused = earlier.send();
          earlier = null;
        }
        sent = send.get();
        answer = sent;
      }
      return sent;
    }

    /**
     * Completes the write as done, unless it was sent: a removal that was called later would remove its value anyway.
     */
    private synchronized void drop() {
      if (answer == null) {
        if (earlier != null) {
          earlier.drop();
          earlier = null;
        }
        answer = CompletableFuture.completedFuture(Outcome.DONE);
      }
    }

    private synchronized void refuse(Reason why) {
      if (answer == null) {
        if (earlier != null) { // else it could be sent after this refusal
          earlier.refuse(why);
          earlier = null;
        }
        answer = CompletableFuture.completedFuture(refuse.apply(why));
      }
    }
  }

  /** Sends the writes of a bulk. The outcomes have the order of the writes. */
  public CompletableFuture<List<Outcome>> run(List<Write> writes) {
    long bytes = writes.stream().mapToLong(write -> write.bytes).sum();
    if (!inFlight.acquire(bytes)) {
      return CompletableFuture.completedFuture(
          writes.stream().map(write -> write.refuse.apply(Reason.BUSY)).toList());
    }
    writes.forEach(
        write -> unsent.merge(write.key, write, (earlier, later) -> later.after(earlier)));
    SendWindow window = window();
    Lateness late = new Lateness();
    List<CompletableFuture<Outcome>> answers = new ArrayList<>(writes.size());
    for (Write write : writes) {
      answers.add(window.send(write.bytes, () -> turn(write, late)));
    }
    return Futures.all(answers).whenComplete((done, failure) -> inFlight.release(bytes));
  }

  private CompletableFuture<Outcome> turn(Write write, Lateness late) {
    if (late.tooMuch()) {
      write.refuse(Reason.LATE);
    }
    CompletableFuture<Outcome> answer = send(write);
    return answer.whenComplete((outcome, failure) -> late.note(outcome));
  }

  private CompletableFuture<Outcome> send(Write write) {
    try {
      return write.send();
    } finally {
      unsent.remove(write.key, write);
    }
  }

  /** Sends the waiting write of this key, if there is one, so that the next command on the key comes after it. */
  public void sendFirst(TierKey key) {
    Write write = unsent.get(key);
    if (write != null) {
      var unused = send(write);
    }
  }

  /** Drops the unsent writes of keys that a removal matches. None of them is sent after this. */
  void drop(BulkRemoval removal) {
    unsent.forEach((key, write) -> {
      if (key.space().equals(removal.space()) && removal.mayTake(key.bytes())) {
        write.drop();
        unsent.remove(key, write);
      }
    });
  }

  /**
   * How many outcomes of one bulk were late. When there are as many as one bulk has in flight, the server hangs or is
   * too slow. Then the unsent writes are refused, so that the bulk ends. Usually the circuit breaker opens earlier.
   */
  private static final class Lateness {
    private final AtomicInteger late = new AtomicInteger();

    void note(@Nullable Outcome outcome) {
      if (outcome instanceof Outcome.Refused refused && refused.why() == Reason.LATE) {
        late.incrementAndGet();
      }
    }

    boolean tooMuch() {
      return late.get() >= SendWindow.COMMANDS;
    }
  }
}
