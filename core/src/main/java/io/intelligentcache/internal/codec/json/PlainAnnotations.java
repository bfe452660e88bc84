package io.intelligentcache.internal.codec.json;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.ObjectIdInfo;
import tools.jackson.databind.introspect.VisibilityChecker;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.util.NameTransformer;

/**
 * Uses only those of Jackson's annotations that say how a value is created and what its properties are called.
 * The other annotations shape what an API shows: they hide, format, flatten or leave out properties, and a
 * value would not come back as it was. Only this codec reads what it writes. Annotations on getters and setters
 * don't count: the state is in the fields.
 */
final class PlainAnnotations extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1;

  @Override
  public boolean hasIgnoreMarker(MapperConfig<?> config, AnnotatedMember member) {
    return false;
  }

  @Override
  public @Nullable Boolean isIgnorableType(MapperConfig<?> config, AnnotatedClass type) {
    return null;
  }

  @Override
  public JsonIgnoreProperties.Value findPropertyIgnoralByName(
      MapperConfig<?> config, Annotated annotated) {
    return JsonIgnoreProperties.Value.empty();
  }

  @Override
  public JsonIncludeProperties.Value findPropertyInclusionByName(
      MapperConfig<?> config, Annotated annotated) {
    return JsonIncludeProperties.Value.all();
  }

  @Override
  public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated annotated) {
    return JsonInclude.Value.empty();
  }

  @Override
  public @Nullable Object findFilterId(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public VisibilityChecker findAutoDetectVisibility(
      MapperConfig<?> config, AnnotatedClass type, VisibilityChecker checker) {
    return checker;
  }

  @Override
  public JsonProperty.@Nullable Access findPropertyAccess(
      MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public JsonFormat.@Nullable Value findFormat(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public @Nullable ReferenceProperty findReferenceType(
      MapperConfig<?> config, AnnotatedMember member) {
    return null;
  }

  @Override
  public @Nullable NameTransformer findUnwrappingNameTransformer(
      MapperConfig<?> config, AnnotatedMember member) {
    return null;
  }

  @Override
  public JacksonInject.@Nullable Value findInjectableValue(
      MapperConfig<?> config, AnnotatedMember member) {
    return null;
  }

  @Override
  public Class<?> @Nullable [] findViews(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    return null; // Choice writes sealed types and named subtypes
  }

  @Override
  public @Nullable Object findTypeResolverBuilder(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public @Nullable Object findTypeIdResolver(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public @Nullable ObjectIdInfo findObjectIdInfo(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
    return annotated.hasAnnotation(JsonRawValue.class)
        ? null
        : super.findSerializer(config, annotated);
  }

  @Override
  public @Nullable Object findNullSerializer(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public JsonSerialize.@Nullable Typing findSerializationTyping(
      MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public JavaType refineSerializationType(
      MapperConfig<?> config, Annotated annotated, JavaType type) {
    return type;
  }

  @Override
  public JavaType refineDeserializationType(
      MapperConfig<?> config, Annotated annotated, JavaType type) {
    return type;
  }

  @Override
  public void findAndAddVirtualProperties(
      MapperConfig<?> config, AnnotatedClass type, List<BeanPropertyWriter> properties) {}

  @Override
  public @Nullable Boolean hasAsKey(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public @Nullable Boolean hasAnyGetter(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public @Nullable Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
    return JsonSetter.Value.empty();
  }

  @Override
  public @Nullable Boolean findMergeInfo(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public @Nullable PropertyName findNameForSerialization(
      MapperConfig<?> config, Annotated annotated) {
    return annotated instanceof AnnotatedMethod
        ? null
        : super.findNameForSerialization(config, annotated);
  }

  @Override
  public @Nullable PropertyName findNameForDeserialization(
      MapperConfig<?> config, Annotated annotated) {
    return annotated instanceof AnnotatedMethod
        ? null
        : super.findNameForDeserialization(config, annotated);
  }

  @Override
  public @Nullable Boolean isTypeId(MapperConfig<?> config, AnnotatedMember member) {
    return null;
  }

  @Override
  public List<PropertyName> findPropertyAliases(MapperConfig<?> config, Annotated annotated) {
    return List.of();
  }

  /**
   * If the compiler has kept the names of parameters, a constructor with parameters needs no annotation. Such a
   * constructor is not used if there is one without parameters, which leaves the fields alone; the other one
   * may have side effects.
   */
  @Override
  public @Nullable String findImplicitPropertyName(MapperConfig<?> config, AnnotatedMember member) {
    return member instanceof AnnotatedParameter parameter
            && !parameter.getDeclaringClass().isRecord()
            && !parameter.getOwner().hasAnnotation(JsonCreator.class)
            && hasPlainConstructor(parameter.getDeclaringClass())
        ? null
        : super.findImplicitPropertyName(config, member);
  }

  private static boolean hasPlainConstructor(Class<?> type) {
    for (var constructor : type.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == 0) {
        return true;
      }
    }
    return false;
  }
}
