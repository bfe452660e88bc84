package io.intelligentcache.internal.codec.json;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.type.ResolvedRecursiveType;

/**
 * The shape of a type: its properties with their types, and their properties, down to the last. Walking the
 * type finds everything that can't come back from bytes as it was. The result is a text that distinguishes
 * shapes.
 *
 * <p>The text does not depend on the order in which a JVM lists members, nor on class loaders.
 */
public final class JsonShape {
  public static final String WHAT_TO_DO =
      "give the cache another codec with CacheSpec.codec, or keep its"
          + " values in memory with CacheSpec.memoryOnly()";

  /** The deepest path of properties. A generic type may contain itself with ever longer type arguments. */
  private static final int DEEPEST = 100;

  private static final String ENDLESS = "it contains itself with ever other type arguments";

  private final JavaType root;
  private final JsonMapper mapper;
  private final SerializationConfig config;
  private final @Nullable Subtypes subtypes;
  private final TreeMap<String, String> definitions = new TreeMap<>();

  /** For a mapper of the application: what may influence it, by class. */
  private final TreeMap<String, String> heeded = new TreeMap<>();

  /** Not static: it caches annotations, and through them their class loaders. */
  private final AnnotationIntrospector allAnnotations = new JacksonAnnotationIntrospector();

  private final Set<Class<?>> byValue = new HashSet<>();

  private JsonShape(JavaType root, JsonMapper mapper, @Nullable Subtypes subtypes) {
    this.root = root;
    this.mapper = mapper;
    this.config = mapper.serializationConfig();
    this.subtypes = subtypes;
  }

  /**
   * Walks a type.
   *
   * @param subtypes the subtypes of the {@link StrictMapper}; null for a mapper of the application, for
   *     which only types are refused that no mapper can handle correctly
   * @throws IllegalArgumentException if values of the type can't come back as they were; the message says
   *     which part of the type, and what to do
   */
  public static JsonShape of(JavaType root, JsonMapper mapper, @Nullable Subtypes subtypes) {
    var shape = new JsonShape(root, mapper, subtypes);
    try {
      shape.walk(root, new ArrayList<>());
    } catch (StackOverflowError endless) {
      throw shape.refusal(root, List.of(), ENDLESS);
    }
    return shape;
  }

  /** A hash of 128 bits: different shapes have different hashes. */
  public String digest() {
    return Digest.of(isStrict() ? definitions.toString() : definitions + "" + heeded);
  }

  /** Whether values of a class are written field by field, and not in another way. */
  public boolean isByFields(Class<?> type) {
    return !byValue.contains(type);
  }

  private boolean isStrict() {
    return subtypes != null;
  }

  private IllegalArgumentException refusal(JavaType type, List<String> path, String why) {
    return new IllegalArgumentException("values of type " + TypeText.of(root)
        + " can't be stored below memory as JSON: "
        + (path.isEmpty()
            ? ""
            : "property " + String.join(".", path) + " of type " + TypeText.of(type) + ": ")
        + why + "; " + WHAT_TO_DO);
  }

  private void walk(JavaType declared, List<String> path) {
    JavaType type = declared instanceof ResolvedRecursiveType circle
        ? circle.getSelfReferencedType()
        : declared;
    Class<?> raw = type.getRawClass();
    if (!isStrict()) {
      heeded.computeIfAbsent(raw.getName(), name -> MapperText.of(raw, config));
    }
    if (Scalars.isNative(raw) || definitions.containsKey(TypeText.of(type))) {
      return;
    }
    if (path.size() > DEEPEST) {
      throw refusal(type, path, ENDLESS);
    }
    refuseClassNamesFromData(
        config.classIntrospectorInstance().introspectClassAnnotations(type), type, path);
    if (type.isEnumType()) {
      if (!raw.isEnum()) {
        throw refusal(type, path, raw.getName() + " does not say which enum a value is of");
      }
      define(type, isStrict() ? constants(raw) : textsOfConstants(type));
    } else if (type.isArrayType()) {
      walk(type.getContentType(), path);
    } else if (raw == Optional.class) {
      walk(type.getContentType(), path);
    } else if (type.isContainerType()) {
      walkContainer(type, path);
    } else if (!walkChoice(type, path)) {
      if (raw == Object.class) {
        throw refusal(
            type, path, "Object, a wildcard or a raw type does not say what a value is read as");
      }
      if (Scalars.of(raw) == null) {
        walkClass(type, path);
      }
    }
  }

  private void walkContainer(JavaType type, List<String> path) {
    Class<?> raw = type.getRawClass();
    String noElement = isStrict() ? Containers.noElement(type) : null;
    if (noElement != null) {
      throw refusal(type, path, noElement);
    }
    if (isStrict() && !Containers.isKnown(raw)) {
      throw refusal(type, path, "a " + raw.getName() + " is not read back as it was");
    }
    JavaType key = type.getKeyType();
    if (key != null) {
      if (isStrict() && Scalars.keyOf(key.getRawClass()) == null) {
        throw refusal(
            type,
            path,
            "keys of a map are texts, and a key of type " + TypeText.of(key)
                + " can't be read from one");
      }
      walk(key, path);
    }
    walk(type.getContentType(), path);
  }

  private boolean walkChoice(JavaType type, List<String> path) {
    Map<String, JavaType> choice;
    try {
      choice = (subtypes == null ? Subtypes.NONE : subtypes).of(type, config);
    } catch (IllegalArgumentException open) {
      if (!isStrict()) {
        return false;
      }
      throw refusal(
          type, path, open.getMessage() + ": name them with Codecs.json(...).subtypes(...)");
    }
    if (choice == null) {
      return false;
    }
    var members = new TreeMap<String, String>();
    choice.forEach((name, member) -> members.put(name, TypeText.of(member)));
    define(type, members.toString());
    for (JavaType member : choice.values()) {
      if (!member.equals(type)) {
        walk(member, path);
      } else {
        walkClass(member, path);
      }
    }
    return true;
  }

  private void walkClass(JavaType type, List<String> path) {
    Class<?> raw = type.getRawClass();
    var introspector = config.classIntrospectorInstance();
    var annotated = introspector.introspectClassAnnotations(type);
    if (custom(annotated) != null) {
      byValue.add(raw);
      define(type, String.valueOf(custom(annotated)));
      return;
    }
    if (isStrict()) {
      refuseWhatHasNoProperties(type, path);
    } else if (Comparison.isOfJdk(raw)) {
      define(type, "as the mapper does it");
      return;
    } else {
      walkRegistered(type, annotated, path);
    }
    BeanDescription bean = introspector.introspectForSerialization(type, annotated);
    AnnotatedMember value = bean.findJsonValueAccessor();
    if (value != null) {
      byValue.add(raw);
      define(type, "value " + TypeText.of(value.getType()));
      if (isStrict()) {
        refuseUnreadableValue(type, path);
      }
      walk(value.getType(), path);
      return;
    }
    walkProperties(type, bean, path);
  }

  /** Walks the subtypes that the application has registered with its mapper. */
  private void walkRegistered(JavaType type, AnnotatedClass annotated, List<String> path) {
    for (NamedType one :
        config.getSubtypeResolver().collectAndResolveSubtypesByClass(config, annotated)) {
      Class<?> raw = type.getRawClass();
      if (one.getType() != raw && raw.isAssignableFrom(one.getType())) {
        define(type, "subtype " + one.getName() + " " + one.getType().getName());
        walk(config.getTypeFactory().constructSpecializedType(type, one.getType()), path);
      }
    }
  }

  private void walkProperties(JavaType type, BeanDescription bean, List<String> path) {
    Map<String, AnnotatedMember> written = written(type, bean, path);
    written.forEach((name, from) -> refuseAnotherClass(type, name, from, path));
    if (isStrict()) {
      refuseLostState(type, written, path);
      refuseUnreadable(type, written, path);
    }
    var text = new StringBuilder(isStrict() ? "" : "bean ");
    written.forEach((name, from) -> text.append(name)
        .append(':')
        .append(TypeText.of(from.getType()))
        .append(custom(from) == null ? "" : custom(from))
        .append(';'));
    define(type, text.toString());
    written.forEach((name, from) -> {
      path.add(name);
      refuseClassNamesFromData(from, from.getType(), path);
      if (custom(from) == null) {
        walk(from.getType(), path);
      } else {
        byValue.add(from.getRawType());
      }
      path.remove(path.size() - 1);
    });
    if (isStrict()) {
      refuseWhatIsNotWrittenByFields(type, written, path);
    } else if (!isWrittenByProperties(type)) {
      byValue.add(type.getRawClass());
    }
  }

  private Map<String, AnnotatedMember> written(
      JavaType type, BeanDescription bean, List<String> path) {
    // The order in which a mapper of the application writes properties may be part of the bytes.
    Map<String, AnnotatedMember> written = isStrict() ? new TreeMap<>() : new LinkedHashMap<>();
    try {
      for (BeanPropertyDefinition property : bean.findProperties()) {
        AnnotatedMember from = property.couldSerialize() ? property.getAccessor() : null;
        if (from != null) {
          written.put(property.getName(), from);
        }
      }
    } catch (DatabindException | IllegalArgumentException conflict) {
      throw refusal(
          type,
          path,
          "two members have one name, so give each a name of its own with @JsonProperty: "
              + TypeText.plain(conflict.getMessage()));
    }
    return written;
  }

  /**
   * Refuses an annotation with {@code as}, which is not followed: a value has the class that its field
   * declares.
   */
  private void refuseAnotherClass(
      JavaType type, String name, AnnotatedMember from, List<String> path) {
    if (!isStrict() || from.getType().isContainerType()) {
      return; // a collection has the declared class anyway
    }
    var writing = from.getAnnotation(JsonSerialize.class);
    var reading = from.getAnnotation(JsonDeserialize.class);
    for (Class<?> as : Arrays.asList(
        writing == null ? Void.class : writing.as(), reading == null ? Void.class : reading.as())) {
      if (as != Void.class && as != from.getRawType()) {
        throw refusal(
            type,
            path,
            "property " + name + " is read or written as " + as.getName()
                + " by an annotation: declare the field as that class, or name the class with"
                + " Codecs.json(...).subtypes(...)");
      }
    }
  }

  /** The application's own writers and readers of it, or null. */
  private @Nullable String custom(Annotated annotated) {
    var introspector = config.getAnnotationIntrospector();
    var found = new ArrayList<String>();
    for (Object one : Arrays.asList(
        introspector.findSerializer(config, annotated),
        introspector.findDeserializer(config, annotated),
        introspector.findSerializationConverter(config, annotated),
        introspector.findDeserializationConverter(config, annotated),
        introspector.findContentSerializer(config, annotated),
        introspector.findContentDeserializer(config, annotated),
        introspector.findKeySerializer(config, annotated),
        introspector.findKeyDeserializer(config, annotated))) {
      if (one instanceof Class<?> type) {
        found.add(type.getName());
      } else if (one != null) {
        found.add(one.getClass().getName());
      }
    }
    return found.isEmpty() ? null : found.toString();
  }

  private void refuseClassNamesFromData(Annotated annotated, JavaType type, List<String> path) {
    var info = allAnnotations.findPolymorphicTypeInfo(config, annotated);
    boolean byAnnotation = info != null
        && (info.getIdType() == JsonTypeInfo.Id.CLASS
            || info.getIdType() == JsonTypeInfo.Id.MINIMAL_CLASS);
    if (byAnnotation || config.getDefaultTyper(type) != null) {
      throw refusal(
          type, path, "class names from data could choose what is instantiated; name the subtypes");
    }
  }

  private void refuseWhatHasNoProperties(JavaType type, List<String> path) {
    Class<?> raw = type.getRawClass();
    if (raw.isInterface() || Modifier.isAbstract(raw.getModifiers())) {
      throw refusal(
          type,
          path,
          "any class may be behind "
              + (raw.isInterface() ? "an interface" : "an abstract class")
              + "; seal it, or name the subtypes with Codecs.json(...).subtypes(...)");
    }
    for (Class<?> of = raw;
        of != null && of != Object.class && of != Record.class;
        of = of.getSuperclass()) {
      if (Comparison.isOfJdk(of)) {
        throw refusal(type, path, "the state of a " + of.getName() + " is in no property");
      }
    }
  }

  /** Checks that each field is written as a property of its own. */
  private void refuseLostState(
      JavaType type, Map<String, AnnotatedMember> written, List<String> path) {
    var names = new HashSet<String>();
    var kept = new HashSet<Object>();
    written.forEach((name, from) -> {
      if (!(from instanceof AnnotatedField)) {
        throw refusal(
            type,
            path,
            "property " + name + " is written by " + from.getName() + "() and by no field");
      }
      kept.add(from.getMember());
    });
    for (Class<?> of = type.getRawClass(); of != null; of = of.getSuperclass()) {
      for (Field field : of.getDeclaredFields()) {
        int modifiers = field.getModifiers();
        if (Modifier.isStatic(modifiers) || Modifier.isTransient(modifiers)) {
          continue;
        }
        String where = "field " + field.getName() + " of " + of.getName();
        if (field.isSynthetic()) {
          throw refusal(
              type,
              path,
              "an inner class has state of the object around it (" + where + "): make it static");
        }
        if (!names.add(field.getName())) {
          throw refusal(type, path, where + " has the name of another field of the same object");
        }
        if (!kept.contains(field)) {
          throw refusal(
              type,
              path,
              where + " has no property of its own, so its state would be lost:"
                  + " does another field have its name in a @JsonProperty?");
        }
      }
    }
  }

  private void refuseUnreadableValue(JavaType type, List<String> path) {
    ValueDeserializer<?> reader = reader(type, path);
    ValueInstantiator made =
        reader instanceof BeanDeserializerBase bean ? bean.getValueInstantiator() : null;
    if (made == null
        || !(made.canCreateUsingDelegate()
            || made.canCreateUsingArrayDelegate()
            || made.canCreateFromString()
            || made.canCreateFromInt()
            || made.canCreateFromLong()
            || made.canCreateFromBigInteger()
            || made.canCreateFromDouble()
            || made.canCreateFromBigDecimal()
            || made.canCreateFromBoolean())) {
      throw refusal(
          type, path, "it is written as its @JsonValue, and no @JsonCreator makes it from that");
    }
  }

  private void refuseUnreadable(
      JavaType type, Map<String, AnnotatedMember> written, List<String> path) {
    ValueDeserializer<?> reader = reader(type, path);
    ValueInstantiator made =
        reader instanceof BeanDeserializerBase bean ? bean.getValueInstantiator() : null;
    if (!(reader instanceof BeanDeserializerBase bean)
        || made == null
        || !(made.canCreateUsingDefault() || made.canCreateFromObjectWith())) {
      throw refusal(
          type,
          path,
          "it can be written, but not made again: " + type.getRawClass().getName()
              + " needs a constructor without parameters, or one marked @JsonCreator whose parameters are"
              + " marked @JsonProperty with the names of its fields");
    }
    Map<String, SettableBeanProperty> read = new TreeMap<>();
    for (var all = bean.properties(); all.hasNext(); ) {
      SettableBeanProperty property = all.next();
      read.put(property.getName(), property);
    }
    boolean byArguments = false;
    for (var all = bean.creatorProperties(); all.hasNext(); ) {
      SettableBeanProperty property = all.next();
      byArguments = true;
      read.put(property.getName(), property);
      if (!written.containsKey(property.getName())) {
        throw refusal(
            type,
            path,
            "its constructor needs a property " + property.getName()
                + ", and no field has that name");
      }
    }
    boolean constructed = byArguments;
    written.forEach((name, from) -> {
      SettableBeanProperty property = read.get(name);
      if (property == null) {
        throw refusal(type, path, "property " + name + " can be written, but not read");
      }
      refuseAnotherPlace(type, name, from, property.getMember(), constructed, path);
      JavaType to = property.getType();
      if (!to.equals(from.getType())) {
        throw refusal(
            type,
            path,
            "property " + name + " is written as " + TypeText.of(from.getType()) + " and read as "
                + TypeText.of(to));
      }
    });
  }

  /**
   * Checks that a property written from a field is read into that field, or is an argument of the constructor.
   */
  private void refuseAnotherPlace(
      JavaType type,
      String name,
      AnnotatedMember from,
      AnnotatedMember to,
      boolean constructed,
      List<String> path) {
    if (to instanceof AnnotatedParameter) {
      return;
    }
    boolean isOfBuilder = !to.getDeclaringClass().isAssignableFrom(type.getRawClass());
    if (!isOfBuilder && !to.equals(from)) {
      throw refusal(
          type,
          path,
          "property " + name + " is written from field " + from.getName() + " and read into "
              + to.getName());
    }
    if (!isOfBuilder && constructed && Modifier.isFinal(from.getMember().getModifiers())) {
      throw refusal(
          type,
          path,
          "field " + from.getName() + " of " + from.getDeclaringClass().getName()
              + " is final, and no parameter of the constructor has its name: name one, or make the"
              + " field transient or not final");
    }
  }

  /**
   * Checks that Jackson writes the class field by field. It writes classes that implement Map.Entry, Iterable,
   * CharSequence and others in another way.
   */
  private void refuseWhatIsNotWrittenByFields(
      JavaType type, Map<String, AnnotatedMember> written, List<String> path) {
    var members = new HashSet<Object>();
    ValueSerializer<?> writer = writer(type, path);
    if (writer instanceof BeanSerializerBase bean) {
      bean.properties().forEachRemaining(property -> members.add(property.getMember()));
    }
    if (!members.equals(new HashSet<Object>(written.values()))) {
      throw refusal(
          type,
          path,
          "Jackson does not write a " + type.getRawClass().getName()
              + " field by field: which of its"
              + " interfaces (Map.Entry, Iterable, CharSequence, ...) does a value need?");
    }
  }

  private boolean isWrittenByProperties(JavaType type) {
    try {
      return writer(type, List.of()) instanceof BeanSerializerBase;
    } catch (IllegalArgumentException unwritable) { // reported when a value is put
      return false;
    }
  }

  private ValueSerializer<?> writer(JavaType type, List<String> path) {
    try {
      ValueSerializer<?> writer = mapper._serializationContext().findValueSerializer(type);
      while (writer != null
          && !(writer instanceof BeanSerializerBase)
          && writer.getDelegatee() != null) {
        writer = writer.getDelegatee();
      }
      return writer;
    } catch (DatabindException | IllegalArgumentException unwritable) {
      throw refusal(
          type, path, "Jackson can't write it: " + TypeText.plain(unwritable.getMessage()));
    }
  }

  private ValueDeserializer<?> reader(JavaType type, List<String> path) {
    try {
      ValueDeserializer<?> reader =
          mapper._deserializationContext().findRootValueDeserializer(type);
      ValueDeserializer<?> self =
          reader instanceof Choice.Reader choice ? choice.getDelegatee() : null;
      return self != null ? self : reader;
    } catch (DatabindException | IllegalArgumentException unreadable) {
      throw refusal(
          type, path, "Jackson can't read it: " + TypeText.plain(unreadable.getMessage()));
    }
  }

  private static String constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> ((Enum<?>) constant).name())
        .sorted()
        .toList()
        .toString();
  }

  /** The constants in their order, because a mapper may write their numbers. */
  private String textsOfConstants(JavaType type) {
    var texts = new StringBuilder();
    for (Object constant : type.getRawClass().getEnumConstants()) {
      texts.append(((Enum<?>) constant).name()).append('=');
      try {
        texts.append(mapper.writerFor(type).writeValueAsString(constant));
      } catch (JacksonException unwritable) { // reported when a value is put
        texts.append('?');
      }
      texts.append(';');
    }
    return texts.toString();
  }

  private void define(JavaType type, String text) {
    definitions.merge(TypeText.of(type), text, (one, other) -> one + ' ' + other);
  }
}
