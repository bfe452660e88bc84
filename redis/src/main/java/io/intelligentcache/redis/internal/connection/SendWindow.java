package io.intelligentcache.redis.internal.connection;

import io.intelligentcache.redis.internal.settings.RedisLimits;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Sends the commands of one bulk a few at a time: the next one when an earlier one is answered. The deadline of a
 * command begins when it is sent, so it does not include the wait for the commands before. A load of many keys is not a
 * bulk here, but many single commands. The loads of all callers share one window for each server.
 */
public final class SendWindow {
  /** The most commands that one bulk has in flight. */
  public static final int COMMANDS = 256;

  /** One bulk gets at most a sixteenth of the limits for commands and bytes in flight. */
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

  /** A window for one bulk, which leaves room for other commands within these limits. */
  public static SendWindow within(RedisLimits limits) {
    return new SendWindow(
        Math.max(1, Math.min(COMMANDS, limits.maximumPending() / SHARE)),
        limits.maximumPendingBytes() / SHARE);
  }

  /**
   * A wider window for the claims of all loads, and for storing the loaded values. Single commands usually do not wait
   * in it.
   */
  static SendWindow ofLoads(RedisLimits limits) {
    return new SendWindow(
        Math.max(1, limits.maximumPending() / SHARE_OF_LOADS),
        limits.maximumPendingBytes() / SHARE_OF_LOADS);
  }

  private record Command<T>(
      long bytes, Supplier<CompletableFuture<T>> send, CompletableFuture<T> answer) {}

  /**
   * Sends a command when there is room for it. A single command may have any size.
   *
   * @param size the approximate size of the command and its reply
   * @param send sends it; called on the caller's thread, or on a thread that completes an earlier command
   */
  public <T> CompletableFuture<T> send(long size, Supplier<CompletableFuture<T>> send) {
    Command<T> command = new Command<>(size, send, new CompletableFuture<>());
    waiting.add(command);
    drain();
    return command.answer();
  }

  /** Sends the waiting commands that fit. If another thread is already doing so, it sends those of this thread too. */
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
    } catch (Throwable e) { // the commands behind it must still be sent
      return CompletableFuture.failedFuture(e);
    }
  }
}
