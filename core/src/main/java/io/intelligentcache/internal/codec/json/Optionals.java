package io.intelligentcache.internal.codec.json;

import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/**
 * Optionals, written as arrays of none or one element. So an empty optional is not null, and an optional within
 * another one keeps both levels.
 */
final class Optionals {
  private Optionals() {}

  static final class Writer extends ValueSerializer<Optional<?>> {
    private final Slot content;

    Writer(Slot content) {
      this.content = content;
    }

    @Override
    public void serialize(Optional<?> value, JsonGenerator to, SerializationContext context) {
      to.writeStartArray();
      if (value.isPresent()) {
        content.serializer(context).serialize(value.get(), to, context);
      }
      to.writeEndArray();
    }
  }

  static final class Reader extends ValueDeserializer<Optional<?>> {
    private final Slot content;

    Reader(Slot content) {
      this.content = content;
    }

    @Override
    public boolean isCachable() {
      return true;
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return Optional.empty();
    }

    @Override
    public Optional<?> deserialize(JsonParser from, DeserializationContext context) {
      if (from.currentToken() != JsonToken.START_ARRAY) {
        return context.reportInputMismatch(Optional.class, "an array was expected");
      }
      if (from.nextToken() == JsonToken.END_ARRAY) {
        return Optional.empty();
      }
      Optional<?> value = Optional.of(content.deserializer(context).deserialize(from, context));
      if (from.nextToken() != JsonToken.END_ARRAY) {
        return context.reportInputMismatch(Optional.class, "an optional has one value at most");
      }
      return value;
    }
  }
}
