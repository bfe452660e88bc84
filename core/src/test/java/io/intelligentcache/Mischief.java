package io.intelligentcache;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Decides when user code misbehaves, and how. Thread-safe. */
final class Mischief {
  private static final class Odd extends Throwable {
    private static final long serialVersionUID = 1;
  }

  private static final List<Supplier<Throwable>> ALL = List.of(
      () -> new IllegalStateException("mischief"),
      () -> new OutOfMemoryError("mischief"),
      () -> new StackOverflowError("mischief"),
      () -> new NoClassDefFoundError("mischief"),
      () -> new AssertionError("mischief"),
      () -> new ThreadDeath(),
      () -> new IOException("mischief"),
      () -> new InterruptedException("mischief"),
      () -> new CompletionException("mischief", null),
      Circle::new,
      () -> new LoadException("mischief", null),
      Odd::new,
      Unprintable::new);

  private final Random random;
  private volatile int perMille;

  Mischief(long seed) {
    this.random = new Random(seed);
  }

  /** Is its own cause, by a detour. */
  private static final class Circle extends CompletionException {
    private static final long serialVersionUID = 1;

    @Override
    public synchronized Throwable getCause() {
      return new CompletionException("circle", this);
    }
  }

  /** From here on so many of a thousand calls misbehave. */
  void arm(int oneOfThousand) {
    perMille = oneOfThousand;
  }

  /** Whether to misbehave this time. */
  boolean strikes() {
    return perMille > 0 && random.nextInt(1_000) < perMille;
  }

  /** One of so many ways. */
  int way(int ways) {
    return random.nextInt(ways);
  }

  /** Throws something, now and then. */
  void mayThrow() {
    if (strikes()) {
      throwSomething();
    }
  }

  void throwSomething() {
    Mischief.<RuntimeException>sneak(ALL.get(way(ALL.size())).get());
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the compiler looks away
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
