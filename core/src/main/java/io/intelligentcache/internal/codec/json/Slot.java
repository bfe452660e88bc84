package io.intelligentcache.internal.codec.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/**
 * The writer and reader of the values of a type. Looked up at first use and then kept: types may contain
 * themselves.
 */
final class Slot {
  private final JavaType type;
  private volatile @Nullable ValueSerializer<Object> serializer;
  private volatile @Nullable ValueDeserializer<Object> deserializer;

  Slot(JavaType type) {
    this.type = type;
  }

  JavaType type() {
    return type;
  }

  ValueSerializer<Object> serializer(SerializationContext context) {
    ValueSerializer<Object> known = serializer;
    if (known == null) {
      known = context.findTypedValueSerializer(type, true);
      serializer = known;
    }
    return known;
  }

  ValueDeserializer<Object> deserializer(DeserializationContext context) {
    ValueDeserializer<Object> known = deserializer;
    if (known == null) {
      known = context.findRootValueDeserializer(type);
      deserializer = known;
    }
    return known;
  }
}
