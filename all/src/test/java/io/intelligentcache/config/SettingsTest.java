package io.intelligentcache.config;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Freshness;
import io.intelligentcache.Loaded;
import io.intelligentcache.Memory;
import io.intelligentcache.Outage;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.Warming;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.internal.setting.Setting;
import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.redis.Redis;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the table of settings with the builders, the properties and the configuration guide. */
final class SettingsTest {
  /** The folder of the guide, seen from this module or from the folder above it. */
  private static final Path ROOT = Path.of(Files.exists(Path.of("../docs")) ? ".." : ".");

  /** The builders by their prefix in the table; methods of the manager's builder have no prefix. */
  private static final Map<String, Class<?>> BUILDERS = Map.ofEntries(
      Map.entry("", TieredCacheManager.Builder.class),
      Map.entry("Memory.", Memory.class),
      Map.entry("Compression.", Compression.class),
      Map.entry("Disk.", Disk.class),
      Map.entry("ForcePolicy.", ForcePolicy.class),
      Map.entry("Redis.", Redis.class),
      Map.entry("CacheSpec.", CacheSpec.class),
      Map.entry("Freshness.", Freshness.class),
      Map.entry("Outage.", Outage.class),
      Map.entry("EntryOptions.", EntryOptions.class),
      Map.entry("Loaded.", Loaded.class),
      Map.entry("Warming.", Warming.class));

  /** The objects on which the setting methods are called. */
  private static final Map<Class<?>, Object> MADE = Map.of(
      TieredCacheManager.Builder.class,
      TieredCacheManager.builder(),
      Memory.class,
      Memory.ofMegabytes(1),
      Compression.class,
      Compression.lz4(),
      Disk.class,
      Disk.at(Path.of("cache")),
      Redis.class,
      Redis.at("redis://host"),
      CacheSpec.class,
      CacheSpec.of(String.class, String.class),
      Freshness.class,
      Freshness.none(),
      Loaded.class,
      Loaded.of("value"),
      Warming.class,
      Warming.of(List.of("key")));

  private static List<Setting<?>> properties() {
    return Settings.all().stream()
        .filter(setting -> !setting.property().isEmpty())
        .toList();
  }

  private static CacheConfig config(Object... pairs) {
    var properties = new Properties();
    for (int i = 0; i < pairs.length; i += 2) {
      properties.put(pairs[i], pairs[i + 1]);
    }
    return CacheConfig.from(properties);
  }

  /** A configuration with this setting and with the other settings that it requires. */
  private static CacheConfig with(Setting<?> setting, Object value) {
    String name = setting.property();
    List<Object> pairs = new ArrayList<>(List.of(name, value));
    if (name.startsWith("l3.") && !name.equals("l3.enabled")) {
      pairs.addAll(List.of("l3.enabled", "true"));
      if (!name.equals("l3.redis-url")) {
        pairs.addAll(List.of("l3.redis-url", "redis://host"));
      }
    }
    return config(pairs.toArray());
  }

  // Properties

  @ParameterizedTest
  @MethodSource("properties")
  void aTextThatIsNoValueIsRefusedWithNameValueAndWhatIsAllowed(Setting<?> setting) {
    for (String bad : BadValues.texts(setting)) {
      assertThatThrownBy(() -> with(setting, bad))
          .as("%s=%s", setting.property(), bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(setting.property())
          .hasMessageContainingAll(setting.allowed(), shown(setting, bad));
    }
  }

  @ParameterizedTest
  @MethodSource("properties")
  void aValueThatIsNoStringIsRefusedWithNameValueAndClass(Setting<?> setting) {
    for (Object bad : BadValues.objects()) {
      assertThatThrownBy(() -> with(setting, bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(
              setting.property(), setting.allowed(), bad.getClass().getName())
          .satisfies(refusal -> assertThat(refusal.getMessage())
              .contains(
                  setting.isSecret() || setting == Settings.REDIS_URL
                      ? "a value"
                      : bad.toString()));
    }
  }

  private static String shown(Setting<?> setting, String value) {
    return setting.isSecret()
        ? "***"
        : value
            .strip()
            .replace("\u0000", "\\u0000")
            .replace("\ud800", "\\ud800")
            .replace("\udc00", "\\udc00");
  }

  @ParameterizedTest
  @MethodSource("properties")
  void theDefaultAsTheGuideHasItIsTheDefault(Setting<?> setting) {
    if (!setting.defaultText().equals("none")) {
      assertThat(setting.read(setting.defaultText())).isEqualTo(setting.defaultValue());
    } else if (!setting.type().equals("text")) {
      assertThat(setting.read("none")).isNull();
    }
  }

  /** A property without its line in {@code CacheConfig} would be read and checked, but not applied. */
  @ParameterizedTest
  @MethodSource("properties")
  void eachPropertyChangesWhatIsBuilt(Setting<?> setting) {
    Map<String, String> other = Map.of(
        "eviction-policy", "LFU",
        "cache-dir", "elsewhere",
        "l3.redis-url", "redis://elsewhere",
        "l3.sentinel-primary", "main",
        "l3.namespace", "shop");
    switch (setting.property()) {
      case "l3.enabled" ->
        assertThat(config("l3.enabled", "true", "l3.redis-url", "redis://h").redis())
            .isNotNull();
      case "l3.sentinel-user", "l3.sentinel-password" ->
        assertThat(config(
                    "l3.enabled", "true",
                    "l3.redis-url", "redis://host",
                    "l3.sentinel-primary", "main",
                    "l3.sentinel-user", "watcher",
                    "l3.sentinel-password", "hush")
                .redis())
            .hasToString(Redis.sentinel("main", "redis://host")
                .sentinelCredentials("watcher", "hush")
                .toString());
      default -> {
        boolean redis = setting.property().startsWith("l3.");
        CacheConfig unset =
            redis ? config("l3.enabled", "true", "l3.redis-url", "redis://host") : config();
        String value = switch (setting.type()) {
          case "boolean" -> String.valueOf(!((Boolean) setting.defaultValue()));
          case "size", "whole number" -> "7_777_777".substring(0, redis ? 5 : 9);
          case "duration" -> "7s";
          default -> Objects.requireNonNull(other.get(setting.property()), setting.property());
        };
        assertThat(with(setting, value).toString()).isNotEqualTo(unset.toString());
      }
    }
  }

  @Test
  void policiesAreThoseOfTheEnum() {
    for (EvictionPolicy policy : EvictionPolicy.values()) {
      assertThat(config("eviction-policy", policy.name().toLowerCase(Locale.ROOT))
              .memory()
              .policy())
          .isEqualTo(policy);
      assertThat(Settings.EVICTION_POLICY.allowed()).contains(policy.name());
    }
    assertThat(Settings.EVICTION_POLICY.allowed().split(", | or "))
        .hasSameSizeAs(EvictionPolicy.values());
  }

  // Builders

  @ParameterizedTest
  @MethodSource("settings")
  void aBuilderRefusesWhatThePropertyRefuses(Setting<?> setting) throws Exception {
    for (String builder : setting.builders()) {
      for (Method method : methods(builder)) {
        if (method.getParameterCount() == 1) {
          long unit = method.getName().endsWith("Megabytes") ? 1_000_000 : 1;
          var bad =
              BadValues.arguments(setting, method.getParameterTypes()[0], unit).toList();
          for (Object each : bad) {
            refusal(setting, method, each);
          }
        }
      }
    }
  }

  private static List<Setting<?>> settings() {
    return Settings.all();
  }

  private static void refusal(Setting<?> setting, Method method, Object bad) throws Exception {
    Object on = Modifier.isStatic(method.getModifiers()) ? null : made(method);
    try {
      method.invoke(on, bad);
    } catch (InvocationTargetException e) {
      assertThat(e.getCause())
          .as("%s(%s)", method, bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(
              setting.label(), setting.allowed(), shown(setting, bad.toString()));
      return;
    }
    throw new AssertionError(method + " takes " + bad);
  }

  private static Object made(Method method) {
    return Objects.requireNonNull(MADE.get(method.getDeclaringClass()), method.toString());
  }

  private static List<Method> methods(String builder) {
    int dot = builder.indexOf('.') + 1;
    Class<?> type = BUILDERS.get(builder.substring(0, dot));
    return type == null
        ? List.of()
        : Arrays.stream(type.getMethods())
            .filter(method -> method.getName().equals(builder.substring(dot)))
            .filter(method -> method.getReturnType() == type)
            .toList();
  }

  @Test
  void everyMethodOfABuilderIsASettingOrListedAsCode() throws IOException {
    Set<String> known = new TreeSet<>(onlyInCode());
    Settings.all().forEach(setting -> known.addAll(setting.builders()));
    Set<String> methods = new TreeSet<>();
    BUILDERS.forEach((prefix, type) -> Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getReturnType() == type)
        .filter(method -> !takesABuilder(method))
        .forEach(method -> methods.add(prefix + method.getName())));

    assertThat(known).containsAll(methods);
    known.removeAll(
        List.of("ForcePolicy.PER_SEGMENT", "TtlFunction", "disk", "redis", "compression"));
    assertThat(methods).containsAll(known);
  }

  /** Methods such as {@code memory(Memory)}: the settings of that builder have their own rows. */
  private static boolean takesABuilder(Method method) {
    return method.getParameterCount() == 1
        && BUILDERS.values().stream().anyMatch(method.getParameterTypes()[0]::isAssignableFrom)
        && method.getParameterTypes()[0] != Object.class;
  }

  @Test
  void anExampleOfEachRefusalReadsWell() {
    assertThatThrownBy(() -> Disk.at(Path.of("cache")).maximumMegabytes(3))
        .hasMessage("l2.size (Disk.maximumBytes) must be 4MB to 4TiB: 3 MB");
    assertThatThrownBy(() -> TieredCacheManager.builder().loadTimeout(Duration.ZERO))
        .hasMessage("load-timeout (loadTimeout) must be more than 0s, at most 1d: PT0S");
    assertThatThrownBy(() -> config("l1.size", "12XB"))
        .hasMessage("l1.size (Memory.ofBytes) must be a size of 1B to 1024TiB, such as 4096, 64KB,"
            + " 100MB or 1GiB: \"12XB\"");
    assertThatThrownBy(() -> config("l1.size", "99999999999GB"))
        .hasMessageEndingWith(": \"99999999999GB\" is too large");
    assertThatThrownBy(() -> config("default-ttl", "1 fortnight"))
        .hasMessage(
            "default-ttl (defaultTtl) must be a duration of more than 0s, such as 500ms, 30s,"
                + " 1h30m, 7d or PT1H30M: \"1 fortnight\"");
    assertThatThrownBy(() -> config("multi-tenant", true))
        .hasMessage("multi-tenant (multiTenant) must be true or false, as a String: true is of"
            + " java.lang.Boolean");
  }

  // The guide

  @Test
  void theGuideHasTheTable() throws IOException {
    assertThat(rows("docs/configuration.md", "| property |"))
        .containsExactlyElementsOf(properties().stream().map(SettingsTest::row).toList());
    assertThat(rows("docs/configuration.md", "| per cache, entry or call |"))
        .containsExactlyElementsOf(Settings.all().stream()
            .filter(setting -> setting.property().isEmpty())
            .map(SettingsTest::row)
            .toList());
  }

  private static String row(Setting<?> setting) {
    String methods =
        setting.builders().stream().map(name -> "`" + name + "`").collect(joining(", "));
    String named = setting.property().isEmpty() ? "" : "`" + setting.property() + "` | ";
    return "| " + named + methods + " | " + setting.type() + " | "
        + setting.allowed().replaceAll("(rediss?://[^ ,]*)", "`$1`") + " | "
        + setting.defaultText() + " | " + setting.meaning() + " |";
  }

  @Test
  void theReadmeHasTheSameDefaults() throws IOException {
    for (String row : rows("README.md", "| property |")) {
      String[] cells = row.split("\\|", -1);
      String name = cells[1].strip().replace("`", "");
      Setting<?> setting = properties().stream()
          .filter(each -> each.property().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no setting is called " + name));
      assertThat(cells[3].strip()).as(name).isEqualTo(setting.defaultText());
    }
  }

  private static Set<String> onlyInCode() throws IOException {
    var name = Pattern.compile("`([A-Za-z.]+)`");
    return rows("docs/configuration.md", "| only in code |").stream()
        .flatMap(row -> name.matcher(row.split("\\|", -1)[1]).results())
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The rows of the table with this head. */
  private static List<String> rows(String page, String head) throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve(page));
    int start = 0;
    while (!lines.get(start).startsWith(head)) {
      start++;
    }
    return lines.subList(start + 2, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }
}
