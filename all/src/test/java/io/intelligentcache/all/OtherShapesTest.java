package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.Codecs;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A class changes between two deployments that share a disk and a Redis. */
final class OtherShapesTest {
  private static RedisServerProcess server;

  @TempDir
  Path directory;

  private final String namespace = "shapes" + System.nanoTime();

  @BeforeAll
  static void startRedis() {
    server = RedisServerProcess.launch();
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  /** Sources of a class User and of the types that it uses, before and after the change. */
  record Change(String what, String before, String after) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Change> otherShapes() {
    return Stream.of(
        new Change(
            "a field added", "record User(String name)", "record User(String name, int age)"),
        new Change(
            "a field removed", "record User(String name, int age)", "record User(String name)"),
        new Change(
            "a field renamed",
            "record User(String name, int age)",
            "record User(String fullName, int age)"),
        new Change("a field of a wider type", "record User(int age)", "record User(long age)"),
        new Change(
            "a field of another type", "record User(String age)", "record User(Integer age)"),
        new Change(
            "another type argument",
            "record User(java.util.List<Integer> all)",
            "record User(java.util.List<Long> all)"),
        new Change(
            "an enum constant added",
            "record User(Kind kind) { enum Kind { A } }",
            "record User(Kind kind) { enum Kind { A, B } }"),
        new Change(
            "a field added to a class in it",
            "record User(In in) { record In(int i) {} }",
            "record User(In in) { record In(int i, int j) {} }"),
        new Change(
            "a subtype added",
            "record User(In in) { sealed interface In {} record A(int i) implements In {} }",
            "record User(In in) { sealed interface In {} record A(int i) implements In {} record B()"
                + " implements In {} }"),
        new Change(
            "moved to another package",
            "package one; public record User(String name)",
            "package other; public record User(String name)"));
  }

  static Stream<Change> sameShapes() {
    return Stream.of(
        new Change(
            "nothing", "record User(String name, int age)", "record User(String name, int age)"),
        new Change(
            "fields in another order",
            "record User(String name, int age)",
            "record User(int age, String name)"),
        new Change(
            "a record become a class",
            "record User(String name, int age)",
            "class User { private int age; private String name; }"),
        new Change(
            "a method added",
            "record User(String name)",
            "record User(String name) { String getUpper() { return name.toUpperCase(); } }"));
  }

  @ParameterizedTest
  @MethodSource("otherShapes")
  void bytesOfAnotherShapeAreAMissAndOneLoadReplacesThem(Change change) throws Exception {
    Class<?> before = compiled("before", change.before());
    Class<?> after = compiled("after", change.after());
    store(before, false);
    missesAndLoads(after, false);
    missesAndLoads(after, true);
  }

  @ParameterizedTest
  @MethodSource("sameShapes")
  void bytesOfTheSameShapeAreAHit(Change change) throws Exception {
    Class<?> before = compiled("before", change.before());
    Class<?> after = compiled("after", change.after());
    store(before, false);
    for (boolean withRedis : new boolean[] {false, true}) {
      hits(after, false, withRedis, described(sample(after)));
    }
  }

  @Test
  void whereToleranceIsAskedForWhatIsThereIsRead() throws Exception {
    Class<?> before =
        compiled("before", "record User(String name, int age, Kind kind) { enum Kind { A } }");
    Class<?> after = compiled(
        "after",
        "record User(Kind kind, long age, String mail, String name) { enum Kind { A, B } }");
    store(before, true);
    for (boolean withRedis : new boolean[] {false, true}) {
      hits(after, true, withRedis, Map.of("kind", "A", "age", "7", "mail", "null", "name", "Ann"));
    }
    missesAndLoads(after, true);
  }

  private TieredCacheManager open(String disk, boolean withRedis) {
    var builder =
        TieredCacheManager.builder().disk(Disk.at(directory.resolve(disk)).maximumMegabytes(16));
    if (withRedis) {
      builder.redis(Redis.at(server.url()).namespace(namespace).commandTimeout(Instance.PATIENCE));
    }
    TieredCacheManager manager = builder.build();
    if (withRedis) {
      await().until(() -> manager.health().ready());
    }
    return manager;
  }

  private static <V> CacheSpec<String, V> spec(Class<V> type, boolean tolerant) {
    var spec = CacheSpec.of(String.class, type);
    return tolerant ? spec.codec(Codecs.json(type).tolerant()) : spec;
  }

  private <V> void store(Class<V> type, boolean tolerant) throws Exception {
    for (boolean withRedis : new boolean[] {false, true}) {
      try (var manager = open("disk" + withRedis, withRedis)) {
        manager.cache("users", spec(type, tolerant)).put("k", type.cast(sample(type)));
      }
    }
  }

  private <V> void missesAndLoads(Class<V> type, boolean withRedis) throws Exception {
    V value = type.cast(sample(type));
    try (var manager = open("disk" + withRedis, withRedis)) {
      TieredCache<String, V> users = manager.cache("users", String.class, type);
      assertThat(users.get("k")).isNull();
      assertThat(users.stats().unreadable()).isPositive();
      if (withRedis) {
        manager.resizeMemory(1); // so each read asks the tiers below
      }
      for (int i = 0; i < 10; i++) {
        V loaded = users.get("k", key -> value);
        assertThat(loaded).isNotNull();
        assertThat(described(loaded)).isEqualTo(described(value));
      }
      assertThat(users.stats().loads()).isEqualTo(1);
      if (!withRedis) {
        users.put("k", value); // overwrites the value on disk
      }
    }
    try (var manager = open("disk" + withRedis, withRedis)) {
      V back = manager.cache("users", String.class, type).get("k");
      assertThat(back).isNotNull();
      assertThat(described(back)).isEqualTo(described(value));
    }
  }

  private <V> void hits(
      Class<V> type, boolean tolerant, boolean withRedis, Map<String, String> expected)
      throws Exception {
    try (var manager = open("disk" + withRedis, withRedis)) {
      V back = manager.cache("users", spec(type, tolerant)).get("k");
      assertThat(back).isNotNull();
      assertThat(described(back)).isEqualTo(expected);
    }
  }

  private Class<?> compiled(String version, String declaration) throws Exception {
    Path folder = Files.createDirectory(directory.resolve(version));
    String body = declaration.endsWith("}") ? declaration : declaration + " {}";
    Path source = Files.writeString(
        folder.resolve("User.java"), body.startsWith("package") ? body : "public " + body);
    assertThat(ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), source.toString()))
        .isZero();
    var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
    return loader.loadClass(
        declaration.startsWith("package")
            ? declaration.substring(8, declaration.indexOf(';')) + ".User"
            : "User");
  }

  /** An object with a value in every field. */
  private static Object sample(Class<?> type) throws Exception {
    if (type == String.class) {
      return "Ann";
    } else if (type == int.class || type == Integer.class) {
      return 7;
    } else if (type == long.class) {
      return 7L;
    } else if (type == List.class) {
      return List.of();
    } else if (type.isEnum()) {
      return type.getEnumConstants()[0];
    } else if (type.isSealed()) {
      return sample(type.getPermittedSubclasses()[0]);
    } else if (type.isRecord()) {
      RecordComponent[] components = type.getRecordComponents();
      Object[] parts = new Object[components.length];
      Class<?>[] types = new Class<?>[components.length];
      for (int i = 0; i < parts.length; i++) {
        types[i] = components[i].getType();
        parts[i] = sample(types[i]);
      }
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(parts);
    }
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object bean = constructor.newInstance();
    for (var field : type.getDeclaredFields()) {
      field.setAccessible(true);
      field.set(bean, sample(field.getType()));
    }
    return bean;
  }

  /** The fields of an object by name, as texts, so that objects of two class loaders can be compared. */
  private static Map<String, String> described(Object value) throws Exception {
    Map<String, String> fields = new java.util.TreeMap<>();
    for (var field : value.getClass().getDeclaredFields()) {
      field.setAccessible(true);
      fields.put(field.getName(), String.valueOf(field.get(value)));
    }
    return fields;
  }
}
