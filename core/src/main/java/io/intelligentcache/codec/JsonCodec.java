package io.intelligentcache.codec;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.codec.json.Digest;
import io.intelligentcache.internal.codec.json.JsonShape;
import io.intelligentcache.internal.codec.json.MapperText;
import io.intelligentcache.internal.codec.json.StrictMapper;
import io.intelligentcache.internal.codec.json.Subtypes;
import io.intelligentcache.internal.codec.json.TypeText;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values as JSON, by Jackson: each value comes back as it was, or is refused. Immutable; each method returns
 * another codec. Made by {@link Codecs#json(Class)}.
 *
 * <p>A value is written field by field, whatever its getters and setters do; {@code transient} fields are not
 * written. A value is created by its constructor without parameters, by the canonical constructor of a record,
 * or by one marked {@code @JsonCreator}. Of Jackson's annotations, those count that name properties or say how
 * a value is created ({@code JsonProperty}, {@code JsonCreator}, {@code JsonValue}, {@code JsonSerialize},
 * {@code JsonDeserialize}, {@code JsonSubTypes}), on fields, parameters, classes and creators. Annotations that
 * hide or format properties for an API, for example {@code JsonIgnore}, do not count; nor do annotations on
 * getters and setters.
 *
 * <p>A type is checked when its cache is opened, down to the last property. A type that can't come back as it
 * was is refused with an {@link IllegalArgumentException}: {@code Object}, raw types, interfaces and abstract
 * classes that are neither sealed nor {@linkplain #subtypes named}, classes that can't be created, and JDK
 * classes that this codec does not know. There is one exception: if the cache has a disk but no Redis, and the
 * application has set no codec, the cache is kept in memory only, with a warning. A value of a subclass that
 * the type does not name is refused when it is put.
 *
 * <p>No class name is read from data.
 *
 * @param <V> type of the values
 */
public final class JsonCodec<V> implements Codec<V> {
  private static final int MOST_STEPS = 8;

  private final Type type;
  private final Subtypes subtypes;
  private final boolean tolerant;
  private final @Nullable JsonMapper mapper;
  private volatile @Nullable Made made;

  /**
   * Jackson's writer and reader for the type. Created when first needed, because subtypes may still be named
   * before that.
   */
  private record Made(
      String id,
      JavaType type,
      JsonShape shape,
      JsonMapper mapper,
      ObjectWriter writer,
      ObjectReader reader) {
    byte[] bytes(Object value) {
      if (!type.isJavaLangObject()) {
        return writer.writeValueAsBytes(value);
      }
      var bytes = new ByteArrayOutputStream(); // a writer for Object uses the value's class
      try (JsonGenerator to = mapper.createGenerator(bytes)) {
        mapper._serializationContext().serializeValue(to, value, type);
      }
      return bytes.toByteArray();
    }
  }

  JsonCodec(Type type) {
    this(requireNonNull(type, "type"), Subtypes.NONE, false, null);
  }

  private JsonCodec(Type type, Subtypes subtypes, boolean tolerant, @Nullable JsonMapper mapper) {
    this.type = type;
    this.subtypes = subtypes;
    this.tolerant = tolerant;
    this.mapper = mapper;
    if (mapper != null && !subtypes.named().isEmpty()) {
      throw new IllegalArgumentException(
          "subtypes can't be named for a codec with a mapper: register them with the mapper");
    }
  }

  /**
   * Also reads bytes that were written for another shape of the type. Properties that the bytes lack get null,
   * zero, an empty optional or what the constructor gives them. Properties that the type lacks are skipped. The
   * id consists of the type's name and type arguments only. So renaming or moving the type makes stored values
   * a miss, and no other change does. If a renamed field must not be read as null, use the default, for which
   * bytes of another shape are a miss. A property whose type has changed and that does not fit exactly is a
   * miss here too.
   *
   * @return the codec
   */
  public JsonCodec<V> tolerant() {
    return new JsonCodec<>(type, subtypes, true, mapper);
  }

  /**
   * Names the classes that values may have where the declared type does not say it: an interface, an abstract
   * class, a class with subclasses, or {@code Object}. Each such place accepts the classes of the list that
   * fit. The names are written to the bytes, so they must not change.
   *
   * @param named name to class; concrete classes only
   * @return the codec
   * @throws IllegalArgumentException if one of them is an interface or abstract
   */
  public JsonCodec<V> subtypes(Map<String, ? extends Class<?>> named) {
    return new JsonCodec<>(type, new Subtypes(Map.copyOf(named)), tolerant, mapper);
  }

  /**
   * Uses a mapper of the application, with its modules, mix-ins and settings. Then only types that no mapper
   * can handle correctly are refused in advance: {@code Object}, and class names from data. The round trip of
   * sampled values is checked as with every codec.
   *
   * <p>The id covers the properties that the mapper finds, their order, the annotations of the classes and
   * their members, the texts of enum constants, and the mapper's features, naming strategy, time zone, formats,
   * inclusion and the names of its modules. The code inside serializers, modules, filters and naming strategies
   * is not covered: if they change what they write, change the name of a module, or of the cache.
   *
   * @param other the mapper
   * @return the codec
   */
  public JsonCodec<V> mapper(JsonMapper other) {
    return new JsonCodec<>(type, subtypes, tolerant, requireNonNull(other, "mapper"));
  }

  private Made made() {
    Made ready = made;
    if (ready == null) {
      synchronized (this) {
        ready = made;
        if (ready == null) {
          ready = make();
          made = ready;
        }
      }
    }
    return ready;
  }

  private Made make() {
    try {
      return tryToMake();
    } catch (RuntimeException | LinkageError failed) {
      if (String.valueOf(failed.getMessage()).contains(JsonShape.WHAT_TO_DO)) {
        throw failed;
      }
      throw new IllegalArgumentException(
          "values of type " + type.getTypeName()
              + " can't be stored below memory as JSON: looking at the" + " type failed with "
              + failed + "; " + JsonShape.WHAT_TO_DO,
          failed);
    }
  }

  private Made tryToMake() {
    JsonMapper with = mapper != null ? mapper : StrictMapper.of(subtypes, tolerant);
    JavaType root = with.constructType(type);
    JsonShape shape = JsonShape.of(root, with, mapper != null ? null : subtypes);
    String name = tolerant
        ? "json/2:tolerant:" + TypeText.of(root)
        : "json/2:" + TypeText.of(root) + ":" + shape.digest();
    ObjectReader reader = with.readerFor(root);
    if (mapper != null && tolerant) {
      reader = reader.withoutFeatures(
          DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
          DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
          DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    }
    return new Made(
        mapper == null ? name : name + ":" + Digest.of(MapperText.ofSettings(mapper)),
        root,
        shape,
        with,
        with.writerFor(root),
        reader);
  }

  /**
   * Says how values of a class are compared.
   *
   * @param of a class
   * @return true if two values are the same only if their fields are the same, also where a mapper leaves
   *     some fields out
   */
  public boolean isByFields(Class<?> of) {
    return made().shape().isByFields(of);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if values of the type can't come back as they were; the message says
   *     which part of the type, and what to do
   */
  @Override
  public String id() {
    return made().id();
  }

  @Override
  public byte[] encode(V value) {
    Made ready = made();
    try {
      return ready.bytes(value);
    } catch (StreamConstraintsException e) {
      throw unwritable(value, StrictMapper.TOO_DEEP + where(e), e);
    } catch (JacksonException e) {
      throw unwritable(value, TypeText.plain(e.getOriginalMessage()) + where(e), e);
    } catch (StackOverflowError e) {
      throw unwritable(value, StrictMapper.TOO_DEEP, e);
    } catch (RuntimeException e) { // another class than the generic type, or user code
      throw unwritable(value, Failures.text(e), e);
    }
  }

  private CodecException unwritable(V value, String why, Throwable cause) {
    return new CodecException(
        "a value of class " + value.getClass().getTypeName() + " can't be written as JSON of type "
            + TypeText.of(made().type()) + ": " + why + "; " + JsonShape.WHAT_TO_DO,
        cause);
  }

  /** The path to the property that failed; only its end, if it is long. */
  private static String where(JacksonException failure) {
    var path = failure.getPath();
    if (path.isEmpty()) {
      return "";
    }
    var text = new StringBuilder(", at ");
    if (path.size() > MOST_STEPS) {
      text.append("...");
    }
    path.subList(Math.max(0, path.size() - MOST_STEPS), path.size()).forEach(step -> {
      String name = step.getPropertyName();
      text.append(name == null ? "[" + step.getIndex() + "]" : "." + name);
    });
    return text.toString();
  }

  @Override
  public V decode(byte[] bytes) {
    Made ready = made();
    V value = ready.reader().readValue(bytes);
    if (value == null) {
      throw new CodecException(
          "JSON null is not a value of type " + TypeText.of(ready.type()), null);
    }
    return value;
  }

  @Override
  public String toString() {
    return "JSON of " + type.getTypeName();
  }
}
