package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a cache can do, it can do with futures. */
final class AsyncTieredCacheTest {
  /** What neither waits nor could. */
  private static final Set<String> AT_ONCE = Set.of("tenant", "stats", "name");

  static Stream<Method> operations() {
    return Arrays.stream(TieredCache.class.getMethods())
        .filter(method -> !method.getName().equals("async"));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void hasEveryOperationOfTieredCache(Method operation) throws Exception {
    Method twin =
        AsyncTieredCache.class.getMethod(operation.getName(), operation.getParameterTypes());
    if (!AT_ONCE.contains(operation.getName())) {
      assertThat(twin.getReturnType()).isEqualTo(CompletableFuture.class);
    }
    assertThat(Arrays.stream(twin.getGenericParameterTypes())
            .map(Object::toString)
            .collect(Collectors.toList()))
        .isEqualTo(Arrays.stream(operation.getGenericParameterTypes())
            .map(Object::toString)
            .toList());
  }
}
