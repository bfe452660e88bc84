package io.intelligentcache.internal.codec.json;

import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.jsontype.NamedType;

/**
 * The classes that a value of a declared type may have, by name: those that the application has named, those of
 * a JsonSubTypes annotation, and those that a sealed type permits. The list is closed, so data can only choose
 * among classes that the application has chosen.
 */
public record Subtypes(Map<String, Class<?>> named) {
  /** No named subtypes: only those of sealed types and annotations. */
  public static final Subtypes NONE = new Subtypes(Map.of());

  public Subtypes {
    named = Map.copyOf(named);
    named.forEach((name, type) -> {
      if (type.isInterface() || (Modifier.isAbstract(type.getModifiers()) && !type.isEnum())) {
        throw new IllegalArgumentException("no value is of class " + type.getName()
            + " itself, named \"" + name + "\": name its concrete subclasses");
      }
    });
  }

  /**
   * The choice of a declared type.
   *
   * @return name to type, in the order of names; null if values have exactly the declared class
   * @throws IllegalArgumentException if a sealed type permits a type that is open and has no named subtype
   */
  @Nullable
  Map<String, JavaType> of(JavaType declared, MapperConfig<?> config) {
    Class<?> raw = declared.getRawClass();
    if (raw.isPrimitive()
        || declared.isContainerType()
        || raw.isEnum()
        || Modifier.isFinal(raw.getModifiers())
        || (named.isEmpty() && Scalars.of(raw) != null)) {
      return null;
    }
    Map<String, Class<?>> given = given(raw, config, declared);
    Set<Class<?>> derived = new LinkedHashSet<>();
    permitted(raw, raw, derived, given);
    derived.removeAll(given.values());
    Map<String, Class<?>> all = new TreeMap<>(given);
    for (Class<?> type : derived) {
      boolean taken = given.containsKey(type.getSimpleName())
          || derived.stream()
                  .filter(other -> other.getSimpleName().equals(type.getSimpleName()))
                  .count()
              > 1;
      all.put(taken ? type.getName() : type.getSimpleName(), type);
    }
    if (all.isEmpty() || (all.size() == 1 && all.containsValue(raw))) {
      return null;
    }
    Map<String, JavaType> choice = new LinkedHashMap<>();
    all.forEach((name, type) -> choice.put(
        name,
        type == raw ? declared : config.getTypeFactory().constructSpecializedType(declared, type)));
    return choice;
  }

  private Map<String, Class<?>> given(Class<?> raw, MapperConfig<?> config, JavaType declared) {
    Map<String, Class<?>> given = new TreeMap<>();
    var introspector = config.getAnnotationIntrospector();
    var annotated = config.classIntrospectorInstance().introspectClassAnnotations(declared);
    var listed = introspector.findSubtypes(config, annotated);
    if (listed != null) {
      for (NamedType one : listed) {
        given.put(one.hasName() ? one.getName() : one.getType().getSimpleName(), one.getType());
      }
    }
    named.forEach((name, type) -> {
      if (raw.isAssignableFrom(type)) {
        given.values().remove(type);
        given.put(name, type);
      }
    });
    return given;
  }

  /** Collects the concrete classes among a type and the types that it permits. */
  private static void permitted(
      Class<?> type, Class<?> root, Set<Class<?>> into, Map<String, Class<?>> given) {
    boolean concrete = type != Object.class
        && !type.isInterface()
        && (!Modifier.isAbstract(type.getModifiers()) || type.isEnum());
    if (concrete) {
      into.add(type);
    }
    Class<?>[] permits = type.isEnum() ? null : type.getPermittedSubclasses();
    if (permits != null) {
      for (Class<?> permit : permits) {
        permitted(permit, root, into, given);
      }
    } else if (!concrete
        && type != root
        && given.values().stream().noneMatch(type::isAssignableFrom)) {
      throw new IllegalArgumentException(
          type.getName() + " is open: anybody may implement it, and no subtype of it has a name");
    }
  }
}
