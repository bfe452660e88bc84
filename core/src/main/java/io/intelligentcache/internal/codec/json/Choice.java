package io.intelligentcache.internal.codec.json;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/**
 * Values of a type that is one of several named classes: written as {@code ["name", value]}. Bytes can only
 * name a class of the list.
 */
final class Choice {
  private final JavaType declared;
  private final Map<String, Slot> byName = new HashMap<>();
  private final Map<Class<?>, Named> byClass = new HashMap<>();

  private record Named(String name, Slot slot) {}

  Choice(JavaType declared, Map<String, JavaType> members) {
    this.declared = declared;
    members.forEach((name, type) -> {
      var slot = new Slot(type);
      byName.put(name, slot);
      byClass.put(type.getRawClass(), new Named(name, slot));
    });
  }

  /**
   * Makes the writer of the values.
   *
   * @param self writes values of exactly the declared class, if there are any
   */
  @SuppressWarnings("unchecked")
  Writer writer(@Nullable ValueSerializer<?> self) {
    return new Writer(this, (ValueSerializer<Object>) self);
  }

  /**
   * Makes the reader of the values.
   *
   * @param self reads values of exactly the declared class, if there are any
   */
  @SuppressWarnings("unchecked")
  Reader reader(@Nullable ValueDeserializer<?> self) {
    return new Reader(this, (ValueDeserializer<Object>) self);
  }

  private boolean isSelf(Slot slot) {
    return slot.type().getRawClass() == declared.getRawClass();
  }

  static final class Writer extends ValueSerializer<Object> {
    private final Choice choice;
    private final @Nullable ValueSerializer<Object> self;

    private Writer(Choice choice, @Nullable ValueSerializer<Object> self) {
      this.choice = choice;
      this.self = self;
    }

    @Override
    public @Nullable ValueSerializer<?> getDelegatee() {
      return self;
    }

    @Override
    public void serialize(Object value, JsonGenerator to, SerializationContext context) {
      Class<?> type =
          value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
      Named named = choice.byClass.get(type);
      if (named == null) {
        context.reportMappingProblem(
            "the type says %s, and the value is a %s, which has no name among %s; name it with"
                + " Codecs.json(...).subtypes(...)",
            TypeText.of(choice.declared), value.getClass().getTypeName(), choice.byName.keySet());
        return;
      }
      to.writeStartArray();
      to.writeString(named.name());
      ValueSerializer<Object> writer =
          self != null && choice.isSelf(named.slot()) ? self : named.slot().serializer(context);
      writer.serialize(value, to, context);
      to.writeEndArray();
    }

    @Override
    public void resolve(SerializationContext context) {
      if (self != null) {
        self.resolve(context);
      }
    }

    @Override
    public ValueSerializer<?> createContextual(
        SerializationContext context, @Nullable BeanProperty property) {
      ValueSerializer<?> contextual =
          self == null ? null : self.createContextual(context, property);
      return contextual == self ? this : choice.writer(contextual);
    }
  }

  static final class Reader extends ValueDeserializer<Object> {
    private final Choice choice;
    private final @Nullable ValueDeserializer<Object> self;

    private Reader(Choice choice, @Nullable ValueDeserializer<Object> self) {
      this.choice = choice;
      this.self = self;
    }

    @Override
    public boolean isCachable() {
      return true;
    }

    @Override
    public @Nullable ValueDeserializer<?> getDelegatee() {
      return self;
    }

    @Override
    public Object deserialize(JsonParser from, DeserializationContext context) {
      Slot slot =
          from.currentToken() == JsonToken.START_ARRAY && from.nextToken() == JsonToken.VALUE_STRING
              ? choice.byName.get(from.getString())
              : null;
      if (slot == null) {
        return context.reportInputMismatch(
            choice.declared, "a name among %s and a value were expected", choice.byName.keySet());
      }
      from.nextToken();
      ValueDeserializer<Object> reader =
          self != null && choice.isSelf(slot) ? self : slot.deserializer(context);
      Object value = reader.deserialize(from, context);
      if (from.nextToken() != JsonToken.END_ARRAY) {
        return context.reportInputMismatch(choice.declared, "one value was expected");
      }
      return value;
    }

    @Override
    public void resolve(DeserializationContext context) {
      if (self != null) {
        self.resolve(context);
      }
    }

    @Override
    public ValueDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property) {
      ValueDeserializer<?> contextual =
          self == null ? null : self.createContextual(context, property);
      return contextual == self ? this : choice.reader(contextual);
    }
  }
}
