package io.intelligentcache.internal.codec.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.NullValueProvider;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.jdk.CollectionDeserializer;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Reads sets. Two equal elements are an error, not one element: they were different before, or the bytes were
 * written from a list.
 */
final class Distinct extends CollectionDeserializer {
  @SuppressWarnings("unchecked") // Jackson passes the reader of the elements
  Distinct(
      JavaType type,
      @Nullable ValueDeserializer<?> contents,
      @Nullable TypeDeserializer contentTypes,
      ValueInstantiator empty,
      AnnotatedClass info) {
    super(type, (ValueDeserializer<Object>) contents, contentTypes, empty, info);
  }

  private Distinct(CollectionDeserializer resolved) {
    super(resolved);
  }

  @Override
  protected CollectionDeserializer withResolved(
      @Nullable ValueDeserializer<?> delegate,
      ValueDeserializer<?> value,
      @Nullable TypeDeserializer types,
      NullValueProvider nulls,
      @Nullable Boolean unwrapSingle) {
    return new Distinct(super.withResolved(delegate, value, types, nulls, unwrapSingle));
  }

  @Override
  protected Collection<Object> _deserializeFromArray(
      JsonParser from, DeserializationContext context, Collection<Object> set) {
    List<Object> all = new ArrayList<>();
    super._deserializeFromArray(from, context, all);
    for (Object element : all) {
      if (!set.add(element)) {
        return context.reportInputMismatch(_containerType, "a set has two equal elements");
      }
    }
    return set;
  }
}
