package io.intelligentcache.redis.internal.connection;

import io.intelligentcache.redis.internal.settings.RedisLimits;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Sends the commands of one bulk a few at a time: the next one when one is answered. So the deadline of
 * each, which begins when it is sent, is not spent on waiting for those before it. Loads of many keys are no bulk here, but as
 * many commands; those of all callers share one window for each server.
 */
public final class SendWindow {
  /** Commands that one bulk has on their way. */
  public static final int COMMANDS = 256;

  /** How much of the bytes that may be on their way one bulk takes. */
  private static final int SHARE = 16;

  private static final int SHARE_OF_LOADS = 8;

  private final int mostCommands;
  private final long mostBytes;
  private final Queue<Command<?>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger draining = new AtomicInteger();
  private final AtomicInteger commands = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  private SendWindow(int mostCommands, long mostBytes) {
    this.mostCommands = mostCommands;
    this.mostBytes = mostBytes;
  }

  /** A window that leaves room for others within these limits. */
  public static SendWindow within(RedisLimits limits) {
    return new SendWindow(
        Math.max(1, Math.min(COMMANDS, limits.maximumPending() / SHARE)),
        limits.maximumPendingBytes() / SHARE);
  }

  /** A wider window for the claims and fills of all loads: single ones are not to wait as a rule. */
  static SendWindow ofLoads(RedisLimits limits) {
    return new SendWindow(
        Math.max(1, limits.maximumPending() / SHARE_OF_LOADS),
        limits.maximumPendingBytes() / SHARE_OF_LOADS);
  }

  private record Command<T>(
      long bytes, Supplier<CompletableFuture<T>> send, CompletableFuture<T> answer) {}

  /**
   * Sends a command when there is room for it. One that is alone may be of any size.
   *
   * @param size about how many bytes it and its answer have
   * @param send sends it; called on the caller's thread or on one that answers a command before it
   */
  public <T> CompletableFuture<T> send(long size, Supplier<CompletableFuture<T>> send) {
    Command<T> command = new Command<>(size, send, new CompletableFuture<>());
    waiting.add(command);
    drain();
    return command.answer();
  }

  /** Whoever comes while another thread drains leaves it to that one, which then looks again. */
  private void drain() {
    int calls = 1;
    if (draining.getAndIncrement() != 0) {
      return;
    }
    while (calls != 0) {
      Command<?> next = waiting.peek();
      while (next != null && hasRoom(next)) {
        waiting.remove();
        start(next);
        next = waiting.peek();
      }
      calls = draining.addAndGet(-calls);
    }
  }

  private boolean hasRoom(Command<?> next) {
    int before = commands.get();
    return before == 0 || (before < mostCommands && bytes.get() + next.bytes() <= mostBytes);
  }

  private <T> void start(Command<T> command) {
    commands.incrementAndGet();
    bytes.addAndGet(command.bytes());
    var unused = sent(command).whenComplete((answer, failure) -> {
      bytes.addAndGet(-command.bytes());
      commands.decrementAndGet();
      if (failure == null) {
        command.answer().complete(answer);
      } else {
        command.answer().completeExceptionally(failure);
      }
      drain();
    });
  }

  private static <T> CompletableFuture<T> sent(Command<T> command) {
    try {
      return command.send().get();
    } catch (Throwable e) { // those behind it must not wait for ever
      return CompletableFuture.failedFuture(e);
    }
  }
}
