package io.intelligentcache;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link TieredCache} and {@link AsyncTieredCache} have the same methods. */
final class SyncAndAsyncTest {
  /** What is in one interface only, and why. */
  private static final Map<String, String> ALONE = Map.of(
      "async()", "it leads from the one interface to the other",
      "asMap()", "a map is synchronous");

  /** What returns no future, and why. */
  private static final Map<String, String> NO_FUTURE = Map.of(
      "tenant(java.lang.String)", "it returns another view and asks no tier",
      "stats()", "it reads counters of this instance",
      "estimatedSize()", "it reads a counter of this instance",
      "memoryBytes()", "it reads a counter of this instance",
      "keys()", "it visits memory only, as far as its user wants",
      "keys(io.intelligentcache.CacheTier)", "its traversal waits, as far as its user wants",
      "entries()", "it visits memory only, as far as its user wants",
      "entries(io.intelligentcache.CacheTier)", "its traversal waits, as far as its user wants",
      "name()", "it never changes");

  private static Set<String> methods(Class<?> cache) {
    Set<String> all = new TreeSet<>();
    for (Method method : cache.getMethods()) {
      String call = call(method);
      if (!ALONE.containsKey(call)) {
        all.add(call + " -> " + result(cache, method, call));
      }
    }
    return all;
  }

  private static String call(Method method) {
    String typeParameters = Stream.of(method.getTypeParameters())
        .map(type -> type + " extends "
            + Stream.of(type.getBounds()).map(Type::getTypeName).toList() + ", ")
        .collect(joining());
    return typeParameters
        + method.getName()
        + Stream.of(method.getGenericParameterTypes())
            .map(Type::getTypeName)
            .collect(joining(", ", "(", ")"));
  }

  /** What a call answers in the end. */
  private static String result(Class<?> cache, Method method, String call) {
    AnnotatedType returned = method.getAnnotatedReturnType();
    if (cache == TieredCache.class || NO_FUTURE.containsKey(call)) {
      return boxed(returned.getType()).replace("Async", "") + nullable(returned);
    }
    if (!(returned.getType() instanceof ParameterizedType future)
        || future.getRawType() != CompletableFuture.class) {
      return "no future: " + returned;
    }
    var argument = ((AnnotatedParameterizedType) returned).getAnnotatedActualTypeArguments()[0];
    return argument.getType().getTypeName() + nullable(argument);
  }

  private static String boxed(Type type) {
    return type instanceof Class<?> primitive && primitive.isPrimitive()
        ? MethodType.methodType(primitive).wrap().returnType().getTypeName()
        : type.getTypeName();
  }

  /** A future without a value has null, so nothing is said about a method that returns nothing. */
  private static String nullable(AnnotatedType type) {
    boolean isVoid = type.getType() == void.class || type.getType() == Void.class;
    return !isVoid && type.isAnnotationPresent(Nullable.class) ? " or null" : "";
  }

  @Test
  void whatTheOneCanDoTheOtherCanDoToo() {
    assertThat(methods(AsyncTieredCache.class)).isEqualTo(methods(TieredCache.class));
  }

  @Test
  void everyExceptionIsNeeded() {
    assertThat(Stream.of(TieredCache.class, AsyncTieredCache.class)
            .flatMap(cache -> Stream.of(cache.getMethods()))
            .map(SyncAndAsyncTest::call))
        .containsAll(ALONE.keySet())
        .containsAll(NO_FUTURE.keySet());
  }
}
