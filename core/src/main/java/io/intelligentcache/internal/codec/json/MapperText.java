package io.intelligentcache.internal.codec.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.text.DateFormat;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.ConfigOverride;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.StdDateFormat;

/**
 * A text of everything in a mapper of the application, and in the annotations that it may use, that changes
 * bytes or how they are read, as far as that can be found out. It may include too much: if the text differs
 * without need, that only costs a load.
 */
public final class MapperText {
  private MapperText() {}

  public static String ofSettings(JsonMapper mapper) {
    var config = mapper.serializationConfig();
    var reading = mapper.deserializationConfig();
    var on = new TreeSet<String>();
    Arrays.stream(MapperFeature.values())
        .filter(config::isEnabled)
        .forEach(one -> on.add("" + one));
    Arrays.stream(SerializationFeature.values())
        .filter(config::isEnabled)
        .forEach(one -> on.add("" + one));
    Arrays.stream(DateTimeFeature.values())
        .filter(config::isEnabled)
        .forEach(one -> on.add("" + one));
    Arrays.stream(EnumFeature.values()).filter(config::isEnabled).forEach(one -> on.add("" + one));
    Arrays.stream(DeserializationFeature.values())
        .filter(reading::isEnabled)
        .forEach(one -> on.add("" + one));
    mapper.registeredModules().forEach(module -> on.add("module " + module.getModuleName()));
    var naming = config.getPropertyNamingStrategy();
    on.add("naming " + (naming == null ? "" : naming.getClass().getName()));
    on.add("zone " + config.getTimeZone().getID());
    on.add("locale " + config.getLocale());
    on.add("dates " + ofDates(config.getDateFormat()));
    on.add("base64 " + config.getBase64Variant().getName());
    on.add("include " + config.getDefaultPropertyInclusion());
    on.add("format " + config.getDefaultFormat());
    on.add("nulls " + config.getDefaultNullHandling());
    on.add("visible " + config.getDefaultVisibilityChecker());
    on.add("annotations " + config.getAnnotationIntrospector().getClass().getName());
    var factory = mapper.tokenStreamFactory();
    on.add("writing " + factory.getStreamWriteFeatures() + " " + factory.getFormatWriteFeatures());
    on.add("reading " + factory.getStreamReadFeatures() + " " + factory.getFormatReadFeatures());
    return on.toString();
  }

  private static String ofDates(@Nullable DateFormat format) {
    if (format == null) {
      return "";
    }
    String pattern = "";
    if (format instanceof SimpleDateFormat simple) {
      pattern = simple.toPattern();
    } else if (format instanceof StdDateFormat standard) {
      pattern = standard.toPattern();
    }
    return format.getClass().getName() + " " + pattern;
  }

  /**
   * The mapper's settings for a class, and the annotations on the class, on its supertypes, and on their
   * members.
   */
  static String of(Class<?> type, MapperConfig<?> config) {
    var text = new StringBuilder();
    ConfigOverride set = config.findConfigOverride(type);
    if (set != null) {
      text.append(set.getFormat())
          .append(set.getInclude())
          .append(set.getIncludeAsProperty())
          .append(set.getIgnorals())
          .append(set.getIsIgnoredType())
          .append(set.getNullHandling())
          .append(set.getVisibility())
          .append(set.getMergeable());
    }
    Set<Class<?>> all = new LinkedHashSet<>();
    inherited(type, all);
    for (Class<?> one : all) {
      append(one, text);
      Class<?> mixIn = config.findMixInClassFor(one);
      if (mixIn != null) {
        append(mixIn, text.append("with "));
      }
    }
    return text.toString();
  }

  private static void inherited(@Nullable Class<?> type, Set<Class<?>> into) {
    if (type != null && !Comparison.isOfJdk(type) && into.add(type)) {
      inherited(type.getSuperclass(), into);
      for (Class<?> above : type.getInterfaces()) {
        inherited(above, into);
      }
    }
  }

  private static void append(Class<?> type, StringBuilder text) {
    text.append(type.getName()).append(annotations(type)).append('{');
    for (Field field : type.getDeclaredFields()) { // in this order, which may be that of the bytes
      if (!field.isSynthetic()) {
        text.append(field.getName()).append(annotations(field)).append(';');
      }
    }
    Set<String> others = new TreeSet<>();
    List<Executable> executables = new ArrayList<>(List.of(type.getDeclaredMethods()));
    executables.addAll(List.of(type.getDeclaredConstructors()));
    for (Executable one : executables) {
      String annotations = annotations(one) + parameters(one);
      if (!annotations.isEmpty()) {
        others.add(one.toGenericString() + annotations);
      }
    }
    text.append(others).append('}');
  }

  private static String parameters(Executable of) {
    var text = new StringBuilder();
    for (Annotation[] parameter : of.getParameterAnnotations()) {
      text.append(parameter.length == 0 ? "" : Arrays.toString(parameter));
    }
    return text.toString();
  }

  private static String annotations(AnnotatedElement of) {
    Annotation[] all = of.getDeclaredAnnotations();
    return all.length == 0 ? "" : Arrays.toString(all);
  }
}
