package io.intelligentcache.internal.codec.json;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.introspect.AnnotatedMember;

/** Refuses to write a value that would be read back as something else. */
final class Guard extends ValueSerializer<Object> {
  private final ValueSerializer<Object> writer;

  /** Says what would be lost, or null. */
  private final Function<Object, @Nullable String> loss;

  private Guard(ValueSerializer<Object> writer, Function<Object, @Nullable String> loss) {
    this.writer = writer;
    this.loss = loss;
  }

  /** Writes values of exactly this class. A value of a subclass would lose its own fields. */
  static ValueSerializer<?> exactly(Class<?> type, ValueSerializer<?> writer) {
    return of(
        writer,
        value -> value.getClass() == type
            ? null
            : "the type says " + type.getTypeName() + ", and the value is a "
                + value.getClass().getTypeName()
                + "; name it with Codecs.json(...).subtypes(...)");
  }

  /** Writes collections or maps that can be read back as the declared type. */
  static ValueSerializer<?> ofContainer(Class<?> type, ValueSerializer<?> writer) {
    return of(writer, value -> Containers.loss(type, value));
  }

  /**
   * Writes values as the value of one of their members. A null member is refused: the object would become null.
   */
  static ValueSerializer<?> ofValue(AnnotatedMember member, ValueSerializer<?> writer) {
    return of(
        writer,
        value -> member.getValue(value) == null
            ? "its @JsonValue " + member.getName() + " is null, and would be read as no object"
            : null);
  }

  @SuppressWarnings("unchecked") // Jackson passes only values that the writer is for
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
