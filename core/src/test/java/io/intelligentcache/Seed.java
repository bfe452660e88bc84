package io.intelligentcache;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The seed of a random test: another one in each run, or the one of {@code -Dicm.seed=N}. It is a field with
 * {@code @RegisterExtension}, so each test method has its own seed, and prints it when it fails.
 */
public final class Seed implements AfterTestExecutionCallback {
  private final long value = given(System.getProperty("icm.seed"));

  private static long given(@Nullable String value) {
    if (value == null) {
      return new Random().nextLong();
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("-Dicm.seed=" + value + ": the value must be a number", e);
    }
  }

  public long value() {
    return value;
  }

  /** {@return random numbers that are the same for the same seed} */
  public Random random() {
    return new Random(value);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      System.out.println(context.getRequiredTestClass().getSimpleName() + ", "
          + context.getDisplayName() + ": to repeat it, run it with -Dicm.seed=" + value);
    }
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
