package io.intelligentcache.internal.codec.json;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Configures Jackson for the JSON codec. The fields of a value are its properties, whatever its getters return.
 * Everything that is written can be read. A value that does not fit exactly is an error, not a null, a zero or
 * a nearby number.
 *
 * <p>Each codec has a mapper of its own: a static mapper would keep the classes of every application that was
 * ever cached.
 */
public final class StrictMapper {
  /**
   * The deepest nesting, for reading and writing. Reading is never deeper than writing, so everything that was
   * written can be read.
   */
  private static final int DEEPEST = 500;

  public static final String TOO_DEEP =
      "it is nested more than " + DEEPEST + " deep, or contains itself";

  private StrictMapper() {}

  public static JsonMapper of(Subtypes subtypes, boolean tolerant) {
    var factory = JsonFactory.builder()
        .streamWriteConstraints(
            StreamWriteConstraints.builder().maxNestingDepth(DEEPEST).build())
        .streamReadConstraints(StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build())
        .build();
    return JsonMapper.builder(factory)
        .annotationIntrospector(new PlainAnnotations())
        .changeDefaultVisibility(visible -> visible
            .withFieldVisibility(Visibility.ANY)
            .withGetterVisibility(Visibility.NONE)
            .withIsGetterVisibility(Visibility.NONE)
            .withSetterVisibility(Visibility.NONE))
        .enable(MapperFeature.USE_STATIC_TYPING, MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS)
        .disable(
            MapperFeature.ALLOW_COERCION_OF_SCALARS,
            MapperFeature.USE_GETTERS_AS_SETTERS,
            MapperFeature.PROPAGATE_TRANSIENT_MARKER)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .enable(SerializationFeature.FAIL_ON_SELF_REFERENCES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .withCoercionConfigDefaults(coercions -> {
          for (CoercionInputShape shape : CoercionInputShape.values()) {
            coercions.setCoercion(shape, CoercionAction.Fail);
          }
        })
        .withCoercionConfig(
            LogicalType.Float, // an integer: was a long, is a double
            coercions ->
                coercions.setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert))
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, !tolerant)
        .configure(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES, !tolerant)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .addModule(new StrictModule(subtypes, tolerant))
        .build();
  }
}
