package io.intelligentcache.config;

import io.intelligentcache.internal.setting.Setting;
import io.intelligentcache.internal.setting.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values of the settings that properties set; each was read and checked. */
final class Values {
  private static final Map<String, Setting<?>> KNOWN = Settings.all().stream()
      .filter(setting -> !setting.property().isEmpty())
      .collect(Collectors.toMap(
          Setting::property, setting -> setting, (one, other) -> one, LinkedHashMap::new));

  private final Map<Setting<?>, Object> values = new LinkedHashMap<>();

  private Values() {}

  /** Reads all values; refuses an unknown name, and a value that is not a text. */
  static Values of(Properties properties) {
    Set<String> names = names(properties);
    List<String> unknown =
        names.stream().filter(name -> !KNOWN.containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          unknown.stream().map(Values::unknown).collect(Collectors.joining(", "))
              + "; the settings are " + KNOWN.keySet());
    }
    var read = new Values();
    KNOWN.forEach((name, setting) -> {
      if (names.contains(name) || properties.getProperty(name) != null) {
        Object value = setting.read(text(setting, properties));
        if (value != null) {
          read.values.put(setting, value);
        }
      }
    });
    return read;
  }

  /** The names that are set, including those of the properties' defaults. */
  private static Set<String> names(Properties properties) {
    for (Object name : properties.keySet()) {
      if (!(name instanceof String)) {
        throw noText(name);
      }
    }
    Set<String> names = new TreeSet<>();
    try {
      properties.propertyNames().asIterator().forEachRemaining(name -> names.add((String) name));
    } catch (ClassCastException inTheDefaults) {
      throw new IllegalArgumentException(
          "the name of a setting must be a String, such as l1.size: " + inTheDefaults.getMessage(),
          inTheDefaults);
    }
    return names;
  }

  private static IllegalArgumentException noText(Object name) {
    return new IllegalArgumentException("the name of a setting must be a String, such as l1.size: "
        + name + " is of " + name.getClass().getName());
  }

  /**
   * The text of a setting. {@code getProperty} ignores values that are not texts, as if they were not set; here
   * they are refused.
   */
  private static String text(Setting<?> setting, Properties properties) {
    Object own = properties.get(setting.property());
    String text = properties.getProperty(setting.property());
    if (text != null && (own == null || own instanceof String)) {
      return text;
    }
    throw new IllegalArgumentException(
        setting.label() + " must be " + setting.allowed() + ", as a String: "
            + (own == null ? "the value in the defaults is none" : shown(setting, own)));
  }

  private static String shown(Setting<?> setting, Object noText) {
    boolean hidden = setting.isSecret() || setting == Settings.REDIS_URL;
    return (hidden ? "a value" : noText) + " is of " + noText.getClass().getName();
  }

  private static String unknown(String name) {
    List<String> near = Nearest.to(name, KNOWN.keySet());
    return "unknown setting " + name
        + (near.isEmpty() ? "" : ", did you mean " + String.join(" or ", near) + "?");
  }

  boolean has(Setting<?> setting) {
    return values.containsKey(setting);
  }

  /** The value, or null if it is not set. */
  @SuppressWarnings("unchecked") // each setting has read its own value
  <T> @Nullable T get(Setting<T> setting) {
    return (T) values.get(setting);
  }

  /** The value, or the setting's default if it is not set. */
  <T> T orDefault(Setting<T> setting) {
    T value = get(setting);
    return value == null ? setting.defaultValue() : value;
  }

  /** The names of the settings that are set and whose names have this prefix, except this one. */
  List<String> namesUnder(String prefix, Setting<?> but) {
    return values.keySet().stream()
        .filter(setting -> setting != but)
        .map(Setting::property)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }
}
