package io.intelligentcache.internal.codec.json;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.intelligentcache.internal.codec.json.Scalars.Scalar;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.Version;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.jdk.MapDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.Serializers;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.jackson.JsonValueSerializer;
import tools.jackson.databind.ser.jdk.CollectionSerializer;
import tools.jackson.databind.ser.jdk.MapSerializer;
import tools.jackson.databind.ser.jdk.ObjectArraySerializer;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;
import tools.jackson.databind.type.ReferenceType;

/**
 * Makes Jackson write what reads back the same, or fail. {@linkplain Scalars Scalars} are written by their own
 * texts, a choice among {@link Subtypes} by its name, optionals as arrays of none or one element, and
 * everything else only if it has exactly the class that the type declares.
 */
final class StrictModule extends JacksonModule {
  private final Subtypes subtypes;

  /** Whether the bytes may have been written for other types. */
  private final boolean tolerant;

  StrictModule(Subtypes subtypes, boolean tolerant) {
    this.subtypes = subtypes;
    this.tolerant = tolerant;
  }

  @Override
  public String getModuleName() {
    return "intelligent-cache";
  }

  @Override
  public Version version() {
    return Version.unknownVersion();
  }

  @Override
  public void setupModule(SetupContext context) {
    context.addSerializers(new Writers());
    context.addKeySerializers(new KeyWriters());
    context.addSerializerModifier(new Guards(subtypes));
    context.addDeserializers(new Readers());
    context.addKeyDeserializers((type, config, bean) -> {
      Scalar<?> key = Scalars.keyOf(type.getRawClass());
      return key == null ? null : new ScalarTexts.KeyReader(key, tolerant);
    });
    context.addDeserializerModifier(new Choices(subtypes));
  }

  private static boolean isAbstract(Class<?> type) {
    return type.isInterface() || Modifier.isAbstract(type.getModifiers());
  }

  private static @Nullable Scalar<?> scalar(JavaType type) {
    return type.isEnumType() ? Scalar.ofEnum(type.getRawClass()) : Scalars.of(type.getRawClass());
  }

  private final class Writers implements Serializers {
    @Override
    public @Nullable ValueSerializer<?> findSerializer(
        SerializationConfig config,
        JavaType type,
        BeanDescription.Supplier bean,
        JsonFormat.@Nullable Value format) {
      if (isAbstract(type.getRawClass()) && !type.isPrimitive()) {
        Map<String, JavaType> choice = subtypes.of(type, config);
        if (choice != null) {
          return new Choice(type, choice).writer(null);
        }
      }
      Scalar<?> scalar = scalar(type);
      return scalar == null ? null : new ScalarTexts.Writer(scalar);
    }

    @Override
    public @Nullable ValueSerializer<?> findEnumSerializer(
        SerializationConfig config,
        JavaType type,
        BeanDescription.Supplier bean,
        JsonFormat.@Nullable Value format) {
      return new ScalarTexts.Writer(Scalar.ofEnum(type.getRawClass()));
    }

    /**
     * Writes elements declared as Object by their choice. Jackson itself would write them by their own class,
     * except in a field.
     */
    private @Nullable ValueSerializer<Object> any(JavaType content, SerializationConfig config) {
      Map<String, JavaType> choice =
          content.isJavaLangObject() ? subtypes.of(content, config) : null;
      return choice == null ? null : new Choice(content, choice).writer(null);
    }

    @Override
    public @Nullable ValueSerializer<?> findCollectionSerializer(
        SerializationConfig config,
        CollectionType type,
        BeanDescription.Supplier bean,
        JsonFormat.@Nullable Value format,
        @Nullable TypeSerializer contentTypes,
        @Nullable ValueSerializer<Object> contents) {
      var any = contents == null ? any(type.getContentType(), config) : null;
      return any == null ? null : new CollectionSerializer(type.getContentType(), true, null, any);
    }

    @Override
    public @Nullable ValueSerializer<?> findArraySerializer(
        SerializationConfig config,
        ArrayType type,
        BeanDescription.Supplier bean,
        JsonFormat.@Nullable Value format,
        @Nullable TypeSerializer contentTypes,
        @Nullable ValueSerializer<Object> contents) {
      var any = contents == null ? any(type.getContentType(), config) : null;
      return any == null ? null : new ObjectArraySerializer(type.getContentType(), true, null, any);
    }

    @Override
    public @Nullable ValueSerializer<?> findMapSerializer(
        SerializationConfig config,
        MapType type,
        BeanDescription.Supplier bean,
        JsonFormat.@Nullable Value format,
        @Nullable ValueSerializer<Object> keys,
        @Nullable TypeSerializer contentTypes,
        @Nullable ValueSerializer<Object> contents) {
      var any = contents == null ? any(type.getContentType(), config) : null;
      return any == null
          ? null
          : MapSerializer.construct(type, true, null, keys, any, null, null, null);
    }

    @Override
    public @Nullable ValueSerializer<?> findReferenceSerializer(
        SerializationConfig config,
        ReferenceType type,
        BeanDescription.Supplier bean,
        JsonFormat.@Nullable Value format,
        @Nullable TypeSerializer contentTypes,
        @Nullable ValueSerializer<Object> contents) {
      if (type.getRawClass() == Optional.class) {
        return new Optionals.Writer(new Slot(type.getReferencedType()));
      }
      Scalar<?> scalar = scalar(type); // OptionalInt and similar types
      return scalar == null ? null : new ScalarTexts.Writer(scalar);
    }
  }

  private static final class KeyWriters implements Serializers {
    @Override
    public @Nullable ValueSerializer<?> findSerializer(
        SerializationConfig config,
        JavaType type,
        BeanDescription.Supplier bean,
        JsonFormat.@Nullable Value format) {
      Scalar<?> key = Scalars.keyOf(type.getRawClass());
      return key == null ? null : new ScalarTexts.KeyWriter(key);
    }

    @Override
    public @Nullable ValueSerializer<?> findEnumSerializer(
        SerializationConfig config,
        JavaType type,
        BeanDescription.Supplier bean,
        JsonFormat.@Nullable Value format) {
      return findSerializer(config, type, bean, format);
    }
  }

  private final class Readers implements Deserializers {
    @Override
    public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
      return Scalars.of(type) != null;
    }

    @Override
    public @Nullable ValueDeserializer<?> findBeanDeserializer(
        JavaType type, DeserializationConfig config, BeanDescription.Supplier bean) {
      if (isAbstract(type.getRawClass()) && !type.isPrimitive()) {
        Map<String, JavaType> choice = subtypes.of(type, config);
        if (choice != null) {
          return new Choice(type, choice).reader(null);
        }
      }
      Class<?> raw = type.getRawClass();
      if (tolerant && Scalars.isNative(raw) && raw != String.class) {
        return new Numbers.Reader(raw);
      }
      return reader(type);
    }

    private @Nullable ValueDeserializer<?> reader(JavaType type) {
      Scalar<?> scalar = scalar(type);
      return scalar == null ? null : new ScalarTexts.Reader(scalar, type.getRawClass(), tolerant);
    }

    @Override
    public @Nullable ValueDeserializer<?> findEnumDeserializer(
        JavaType type, DeserializationConfig config, BeanDescription.Supplier bean) {
      return reader(type);
    }

    @Override
    public @Nullable ValueDeserializer<?> findReferenceDeserializer(
        ReferenceType type,
        DeserializationConfig config,
        BeanDescription.Supplier bean,
        @Nullable TypeDeserializer contentTypes,
        @Nullable ValueDeserializer<?> contents) {
      if (type.getRawClass() == Optional.class) {
        return new Optionals.Reader(new Slot(type.getReferencedType()));
      }
      return reader(type);
    }

    /**
     * Makes a new array for each empty one. Jackson always returns the same empty array, so a set would hold it
     * only once.
     */
    @Override
    public @Nullable ValueDeserializer<?> findArrayDeserializer(
        ArrayType type,
        DeserializationConfig config,
        BeanDescription.Supplier bean,
        @Nullable TypeDeserializer contentTypes,
        @Nullable ValueDeserializer<?> contents) {
      Class<?> raw = type.getRawClass();
      if (raw == byte[].class) {
        return new BytesReader();
      }
      return tolerant && (raw == float[].class || raw == double[].class)
          ? new Numbers.ArrayReader(raw.getComponentType())
          : null;
    }

    @Override
    public @Nullable ValueDeserializer<?> findCollectionDeserializer(
        CollectionType type,
        DeserializationConfig config,
        BeanDescription.Supplier bean,
        @Nullable TypeDeserializer contentTypes,
        @Nullable ValueDeserializer<?> contents) {
      Supplier<Object> empty = Containers.emptySet(type);
      return empty == null
          ? null
          : new Distinct(type, contents, contentTypes, new Empty(type, empty), bean.getClassInfo());
    }

    /** Keeps the order of a map. For keys that are enums Jackson would make an EnumMap. */
    @Override
    @SuppressWarnings("unchecked")
    public @Nullable ValueDeserializer<?> findMapDeserializer(
        MapType type,
        DeserializationConfig config,
        BeanDescription.Supplier bean,
        @Nullable KeyDeserializer keys,
        @Nullable TypeDeserializer contentTypes,
        @Nullable ValueDeserializer<?> contents) {
      return type.getRawClass() == Map.class
          ? new MapDeserializer(
              type,
              new Empty(type, LinkedHashMap::new),
              keys,
              (ValueDeserializer<Object>) contents,
              contentTypes)
          : null;
    }
  }

  private static final class BytesReader extends ValueDeserializer<byte[]> {
    @Override
    public boolean isCachable() {
      return true;
    }

    @Override
    public byte[] deserialize(JsonParser from, DeserializationContext context) {
      if (from.currentToken() != JsonToken.VALUE_STRING) {
        return context.reportInputMismatch(byte[].class, "a text was expected");
      }
      byte[] bytes = from.getBinaryValue();
      return bytes.length == 0 ? new byte[0] : bytes;
    }
  }

  /** Makes a collection or map before its elements are read. */
  private static final class Empty extends ValueInstantiator.Base {
    private final Supplier<Object> made;

    Empty(JavaType type, Supplier<Object> made) {
      super(type);
      this.made = made;
    }

    @Override
    public boolean canCreateUsingDefault() {
      return true;
    }

    @Override
    public Object createUsingDefault(DeserializationContext context) {
      return made.get();
    }
  }

  /** Refuses values of other classes than the type declares. */
  private static final class Guards extends ValueSerializerModifier {
    private static final long serialVersionUID = 1;

    private final transient Subtypes subtypes;

    Guards(Subtypes subtypes) {
      this.subtypes = subtypes;
    }

    @Override
    public ValueSerializer<?> modifySerializer(
        SerializationConfig config, BeanDescription.Supplier bean, ValueSerializer<?> writer) {
      Class<?> raw = bean.getBeanClass();
      if (writer instanceof ScalarTexts.Writer
          || writer instanceof Choice.Writer
          || Scalars.isNative(raw)) {
        return writer;
      }
      ValueSerializer<?> whole = writer instanceof JsonValueSerializer
          ? Guard.ofValue(bean.get().findJsonValueAccessor(), writer)
          : writer;
      Map<String, JavaType> choice = subtypes.of(bean.getType(), config);
      if (choice != null) {
        return new Choice(bean.getType(), choice).writer(whole);
      }
      return Modifier.isFinal(raw.getModifiers()) ? whole : Guard.exactly(raw, whole);
    }

    @Override
    public ValueSerializer<?> modifyCollectionSerializer(
        SerializationConfig config,
        CollectionType type,
        BeanDescription.Supplier bean,
        ValueSerializer<?> writer) {
      return Guard.ofContainer(type.getRawClass(), writer);
    }

    @Override
    public ValueSerializer<?> modifyMapSerializer(
        SerializationConfig config,
        MapType type,
        BeanDescription.Supplier bean,
        ValueSerializer<?> writer) {
      return Guard.ofContainer(type.getRawClass(), writer);
    }

    @Override
    public ValueSerializer<?> modifyArraySerializer(
        SerializationConfig config,
        ArrayType type,
        BeanDescription.Supplier bean,
        ValueSerializer<?> writer) {
      Class<?> raw = type.getRawClass();
      return Modifier.isFinal(raw.getModifiers()) && raw.getComponentType().isPrimitive()
          ? writer
          : Guard.exactly(raw, writer);
    }
  }

  /** Reads values of a concrete class that has subtypes. */
  private static final class Choices extends ValueDeserializerModifier {
    private static final long serialVersionUID = 1;

    private final transient Subtypes subtypes;

    Choices(Subtypes subtypes) {
      this.subtypes = subtypes;
    }

    @Override
    public ValueDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription.Supplier bean, ValueDeserializer<?> reader) {
      if (reader instanceof ScalarTexts.Reader || reader instanceof Choice.Reader) {
        return reader;
      }
      Map<String, JavaType> choice = subtypes.of(bean.getType(), config);
      return choice == null ? reader : new Choice(bean.getType(), choice).reader(reader);
    }
  }
}
