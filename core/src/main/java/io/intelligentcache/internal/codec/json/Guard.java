package io.intelligentcache.internal.codec.json;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.introspect.AnnotatedMember;

/** Writes a value unless it would be read back as something else. */
final class Guard extends ValueSerializer<Object> {
  private final ValueSerializer<Object> writer;

  /** Says what would be lost, or null. */
  private final Function<Object, @Nullable String> loss;

  private Guard(ValueSerializer<Object> writer, Function<Object, @Nullable String> loss) {
    this.writer = writer;
    this.loss = loss;
  }

  /** Writes values of a class, and of none of its subclasses, which would be cut down to it. */
  static ValueSerializer<?> exactly(Class<?> type, ValueSerializer<?> writer) {
    return of(
        writer,
        value -> value.getClass() == type
            ? null
            : "the type says " + type.getTypeName() + ", and the value is a "
                + value.getClass().getTypeName()
                + "; name it with Codecs.json(...).subtypes(...)");
  }

  /** Writes what a collection or map of a declared type may be. */
  static ValueSerializer<?> ofContainer(Class<?> type, ValueSerializer<?> writer) {
    return of(writer, value -> Containers.loss(type, value));
  }

  /** Writes values by what one of their members says, unless it says null: an object would become null. */
  static ValueSerializer<?> ofValue(AnnotatedMember member, ValueSerializer<?> writer) {
    return of(
        writer,
        value -> member.getValue(value) == null
            ? "its @JsonValue " + member.getName() + " is null, and would be read as no object"
            : null);
  }

  @SuppressWarnings("unchecked") // Jackson asks it to write what it is for
  private static ValueSerializer<?> of(
      ValueSerializer<?> writer, Function<Object, @Nullable String> loss) {
    return new Guard((ValueSerializer<Object>) writer, loss);
  }

  @Override
  public void serialize(Object value, JsonGenerator to, SerializationContext context) {
    String lost = loss.apply(value);
    if (lost != null) {
      context.reportMappingProblem("%s", lost);
    }
    writer.serialize(value, to, context);
  }

  @Override
  public void resolve(SerializationContext context) {
    writer.resolve(context);
  }

  @Override
  public ValueSerializer<?> createContextual(
      SerializationContext context, @Nullable BeanProperty property) {
    ValueSerializer<?> contextual = writer.createContextual(context, property);
    return contextual == writer ? this : of(contextual, loss);
  }

  @Override
  public ValueSerializer<?> getDelegatee() {
    return writer;
  }
}
