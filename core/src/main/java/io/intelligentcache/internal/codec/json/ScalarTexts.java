package io.intelligentcache.internal.codec.json;

import io.intelligentcache.internal.codec.json.Scalars.Scalar;
import org.jspecify.annotations.Nullable;
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

  /** Reads a text. A tolerant codec accepts only the text that the value would be written as. */
  private static Object read(Scalar<?> scalar, String text, boolean exact) {
    Object value = scalar.read().apply(text);
    if (exact && !scalar.text(value).equals(text)) {
      throw new IllegalArgumentException("the text of another type than " + scalar.type());
    }
    return value;
  }

  static final class Reader extends ValueDeserializer<Object> {
    private final Scalar<?> scalar;
    private final boolean exact;
    private final @Nullable Object absent;
    private final boolean nullable;

    Reader(Scalar<?> scalar, Class<?> declared, boolean exact) {
      this.scalar = scalar;
      this.exact = exact;
      this.absent = Scalars.absent(declared);
      this.nullable = !declared.isPrimitive();
    }

    @Override
    public boolean isCachable() {
      return true;
    }

    @Override
    public @Nullable Object getNullValue(DeserializationContext context) {
      return nullable ? null : context.reportInputMismatch(scalar.type(), "null is no char");
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return absent;
    }

    @Override
    public Object deserialize(JsonParser from, DeserializationContext context) {
      if (from.currentToken() != JsonToken.VALUE_STRING) {
        return context.reportInputMismatch(scalar.type(), "a text was expected");
      }
      return read(scalar, from.getString(), exact);
    }
  }

  static final class KeyReader extends KeyDeserializer {
    private final Scalar<?> scalar;
    private final boolean exact;

    KeyReader(Scalar<?> scalar, boolean exact) {
      this.scalar = scalar;
      this.exact = exact;
    }

    @Override
    public Object deserializeKey(String key, DeserializationContext context) {
      return read(scalar, key, exact);
    }
  }
}
