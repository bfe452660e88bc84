package io.intelligentcache.internal.codec.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/**
 * Reads numbers that may have been written as another type: each is exactly the number that was written, or is
 * refused. Jackson itself would accept bytes up to 255, round longs to doubles, turn a large double into an
 * infinite float, and null into zero.
 */
final class Numbers {
  private static final Map<Class<?>, Object> ZEROS = Map.of(
      boolean.class,
      false,
      byte.class,
      (byte) 0,
      short.class,
      (short) 0,
      int.class,
      0,
      long.class,
      0L,
      float.class,
      0f,
      double.class,
      0.0);

  private Numbers() {}

  /** Reads primitives and their boxes, except chars. */
  static final class Reader extends ValueDeserializer<Object> {
    private final Class<?> type;

    Reader(Class<?> type) {
      this.type = type;
    }

    @Override
    public boolean isCachable() {
      return true;
    }

    @Override
    public @Nullable Object getNullValue(DeserializationContext context) {
      return type.isPrimitive() ? context.reportInputMismatch(type, "null is no number") : null;
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return ZEROS.get(type);
    }

    @Override
    public Object deserialize(JsonParser from, DeserializationContext context) {
      Object value = read(type, from);
      return value != null
          ? value
          : context.reportInputMismatch(type, "a %s was expected", type.getSimpleName());
    }
  }

  /** Reads arrays of floats and of doubles. */
  static final class ArrayReader extends ValueDeserializer<Object> {
    private final Class<?> element;

    ArrayReader(Class<?> element) {
      this.element = element;
    }

    @Override
    public boolean isCachable() {
      return true;
    }

    @Override
    public Object deserialize(JsonParser from, DeserializationContext context) {
      List<Object> all = new ArrayList<>();
      JsonToken token = from.currentToken();
      while (token == JsonToken.START_ARRAY || !all.isEmpty()) {
        token = from.nextToken();
        if (token == JsonToken.END_ARRAY) {
          break;
        }
        Object value = read(element, from);
        if (value == null) {
          return context.reportInputMismatch(element, "an array of %s was expected", element);
        }
        all.add(value);
      }
      Object array = java.lang.reflect.Array.newInstance(element, all.size());
      for (int i = 0; i < all.size(); i++) {
        java.lang.reflect.Array.set(array, i, all.get(i));
      }
      return array;
    }
  }

  /** The value, or null if the number does not fit the type exactly. */
  private static @Nullable Object read(Class<?> type, JsonParser from) {
    JsonToken token = from.currentToken();
    if (type == boolean.class || type == Boolean.class) {
      return (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE)
          ? from.getBooleanValue()
          : null;
    }
    if (type == double.class || type == Double.class) {
      return real(token, from.getString(), false);
    }
    if (type == float.class || type == Float.class) {
      return real(token, from.getString(), true);
    }
    return token == JsonToken.VALUE_NUMBER_INT ? integral(type, from.getLongValue()) : null;
  }

  private static @Nullable Object integral(Class<?> type, long value) {
    if (type == long.class || type == Long.class) {
      return value;
    } else if (type == int.class || type == Integer.class) {
      return value == (int) value ? (Object) (int) value : null;
    } else if (type == short.class || type == Short.class) {
      return value == (short) value ? (Object) (short) value : null;
    }
    return value == (byte) value ? (Object) (byte) value : null;
  }

  private static @Nullable Object real(@Nullable JsonToken token, String text, boolean single) {
    if (token == JsonToken.VALUE_STRING) {
      return switch (text) {
        case "NaN" -> single ? (Object) Float.NaN : Double.NaN;
        case "Infinity" -> single ? (Object) Float.POSITIVE_INFINITY : Double.POSITIVE_INFINITY;
        case "-Infinity" -> single ? (Object) Float.NEGATIVE_INFINITY : Double.NEGATIVE_INFINITY;
        default -> null;
      };
    }
    boolean integral = token == JsonToken.VALUE_NUMBER_INT;
    if (!integral && token != JsonToken.VALUE_NUMBER_FLOAT) {
      return null;
    }
    double value = single ? Float.parseFloat(text) : Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      return null;
    }
    boolean exact = integral
        ? new BigDecimal(text).compareTo(new BigDecimal(value)) == 0
        : !single
            || new BigDecimal(text).compareTo(new BigDecimal(Float.toString((float) value))) == 0;
    return exact ? (single ? (Object) (float) value : value) : null;
  }
}
