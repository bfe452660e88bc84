package io.intelligentcache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How much the tests do that can do more or less: rounds, kills, seconds. The usual amounts find the faults that the
 * tests are for; {@code -Dicm.effort=full} also looks for rare ones. Then each class with {@code
 * @ExtendWith(Effort.class)} prints at its end what it did, and its duration.
 */
public final class Effort implements BeforeAllCallback, AfterAllCallback {
  public static final boolean FULL = isFull(System.getProperty("icm.effort"));

  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final Map<Class<?>, List<String>> AMOUNTS = new ConcurrentHashMap<>();

  private long begin;

  private static boolean isFull(@Nullable String value) {
    if (value != null && !value.equals("full")) {
      throw new IllegalArgumentException("-Dicm.effort=" + value
          + ": the only value is \"full\"; without the property, the effort is the usual one");
    }
    return value != null;
  }

  /**
   * {@return how many there are in this run}
   *
   * @param what in the plural, for the printed line
   */
  public static int of(int usual, int full, String what) {
    int many = FULL ? full : usual;
    note(STACK.getCallerClass(), many + " " + what);
    return many;
  }

  /** {@return how long it goes on in this run} */
  public static Duration of(Duration usual, Duration full) {
    Duration time = FULL ? full : usual;
    note(STACK.getCallerClass(), "for " + time.toSeconds() + " s");
    return time;
  }

  private static void note(Class<?> caller, String amount) {
    AMOUNTS.computeIfAbsent(caller, none -> new CopyOnWriteArrayList<>()).add(amount);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    begin = System.nanoTime();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (FULL) {
      List<String> amounts = new ArrayList<>();
      Class<?> test = context.getRequiredTestClass();
      for (Class<?> type = test; type != null; type = type.getSuperclass()) {
        amounts.addAll(AMOUNTS.getOrDefault(type, List.of()));
      }
      System.out.printf(
          Locale.ROOT,
          "%s: %s; took %.1f s%n",
          test.getSimpleName(),
          String.join(", ", amounts),
          (System.nanoTime() - begin) / 1e9);
    }
  }
}
