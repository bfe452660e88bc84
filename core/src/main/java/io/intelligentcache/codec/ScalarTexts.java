package io.intelligentcache.codec;

import io.intelligentcache.codec.Scalars.Scalar;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/** Writes and reads {@linkplain Scalars scalars}, as values and as keys of maps. */
final class ScalarTexts {
  private ScalarTexts() {}

  private static String text(Scalar<?> scalar, Object value, SerializationContext context) {
    try {
      return scalar.text(value);
    } catch (IllegalArgumentException lossy) {
      context.reportMappingProblem(lossy, "%s", lossy.getMessage());
      throw lossy;
    }
  }

  static final class Writer extends ValueSerializer<Object> {
    private final Scalar<?> scalar;

    Writer(Scalar<?> scalar) {
      this.scalar = scalar;
    }

    @Override
    public void serialize(Object value, JsonGenerator to, SerializationContext context) {
      to.writeString(text(scalar, value, context));
    }
  }

  static final class KeyWriter extends ValueSerializer<Object> {
    private final Scalar<?> scalar;

    KeyWriter(Scalar<?> scalar) {
      this.scalar = scalar;
    }

    @Override
    public void serialize(Object value, JsonGenerator to, SerializationContext context) {
      to.writeName(text(scalar, value, context));
    }
  }

  static final class Reader extends ValueDeserializer<Object> {
    private final Scalar<?> scalar;

    Reader(Scalar<?> scalar) {
      this.scalar = scalar;
    }

    @Override
    public boolean isCachable() {
      return true;
    }

    @Override
    public Object deserialize(JsonParser from, DeserializationContext context) {
      if (from.currentToken() != JsonToken.VALUE_STRING) {
        return context.reportInputMismatch(scalar.type(), "a text was expected");
      }
      return scalar.read().apply(from.getString());
    }
  }

  static final class KeyReader extends KeyDeserializer {
    private final Scalar<?> scalar;

    KeyReader(Scalar<?> scalar) {
      this.scalar = scalar;
    }

    @Override
    public Object deserializeKey(String key, DeserializationContext context) {
      return scalar.read().apply(key);
    }
  }
}
