package io.intelligentcache.internal.codec.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.Codecs;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.SimpleDateFormat;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.function.UnaryOperator;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.Base64Variants;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/** With a mapper of the application, two ids differ if the encoded bytes, or how they are decoded, may differ. */
@SuppressWarnings("unused")
final class MapperTextTest {
  /** Pairs of versions of one class. */
  private static final List<List<String>> VERSIONS = List.of(
      List.of(
          "@JsonFormat(shape=JsonFormat.Shape.ARRAY) public record V(int a, int b) {}",
          "@JsonFormat(shape=JsonFormat.Shape.ARRAY) public record V(int b, int a) {}"),
      List.of(
          "public record V(E e) {} public enum E {A, B}",
          "public record V(E e) {} public enum E {B, A}"),
      List.of(
          "public record V(E e) {} public enum E {A, B}",
          "public record V(E e) {} public enum E {@JsonProperty(\"B\") A, @JsonProperty(\"A\") B}"),
      List.of(
          "public record V(E e) {} public enum E {A(1), B(2); @JsonValue public final int i;"
              + " E(int i) { this.i = i; }}",
          "public record V(E e) {} public enum E {A(2), B(1); @JsonValue public final int i;"
              + " E(int i) { this.i = i; }}"),
      List.of(
          "public record I(int q) {} public record V(@JsonUnwrapped(prefix=\"a\") I x,"
              + " @JsonUnwrapped(prefix=\"b\") I y) {}",
          "public record I(int q) {} public record V(@JsonUnwrapped(prefix=\"b\") I x,"
              + " @JsonUnwrapped(prefix=\"a\") I y) {}"),
      List.of(
          "public record V(@JsonFormat(pattern=\"yyyy-MM-dd\") java.time.LocalDate d) {}",
          "public record V(@JsonFormat(pattern=\"yyyy-dd-MM\") java.time.LocalDate d) {}"),
      List.of(
          "public static class V { private int a; @JsonFormat(shape=JsonFormat.Shape.STRING)"
              + " public int getA() { return a; } }",
          "public static class V { private int a; public int getA() { return a; } }"),
      List.of(
          "@JsonInclude(JsonInclude.Include.NON_EMPTY) public interface N {}"
              + " public static class V implements N { public String s = \"x\"; }",
          "public interface N {} public static class V implements N { public String s = \"x\"; }"),
      List.of(
          "@JsonTypeInfo(use=JsonTypeInfo.Id.NAME, property=\"a\") public interface N {}"
              + " @JsonTypeName(\"v\") public record V(int i) implements N {}",
          "@JsonTypeInfo(use=JsonTypeInfo.Id.NAME, property=\"b\") public interface N {}"
              + " @JsonTypeName(\"v\") public record V(int i) implements N {}"));

  @Test
  void theIdCoversAnnotationsAndTheOrderOfPropertiesAndConstants(@TempDir Path folder)
      throws Exception {
    List<List<String>> ids = new ArrayList<>();
    for (int version : new int[] {0, 1, 0}) {
      ids.add(ids(Files.createDirectory(folder.resolve("" + ids.size())), version));
    }
    for (int i = 0; i < VERSIONS.size(); i++) {
      String said = VERSIONS.get(i).toString();
      assertThat(ids.get(0).get(i)).as(said).isNotEqualTo(ids.get(1).get(i));
      assertThat(ids.get(0).get(i)).as(said).isEqualTo(ids.get(2).get(i));
    }
  }

  private static List<String> ids(Path folder, int version) throws Exception {
    Path annotations = Path.of(
        JsonProperty.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-cp", annotations.toString()));
    for (int i = 0; i < VERSIONS.size(); i++) {
      String source = "import com.fasterxml.jackson.annotation.*; public class C" + i + " { "
          + VERSIONS.get(i).get(version) + " }";
      arguments.add(Files.writeString(folder.resolve("C" + i + ".java"), source).toString());
    }
    assertThat(ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(new String[0])))
        .isZero();
    List<String> ids = new ArrayList<>();
    try (var loader = new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, MapperTextTest.class.getClassLoader())) {
      for (int i = 0; i < VERSIONS.size(); i++) {
        ids.add(Codecs.json(loader.loadClass("C" + i + "$V"))
            .mapper(JsonMapper.builder().build())
            .id());
      }
    }
    return ids;
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "c"),
    @JsonSubTypes.Type(value = Square.class, name = "s")
  })
  interface Shape {}

  record Circle(int radius) implements Shape {}

  record Square(int side, Shape inside) implements Shape {}

  @Test
  void subtypesOfAnAnnotationSurviveByAMapper() {
    Codec<Shape> codec = Codecs.json(Shape.class).mapper(JsonMapper.builder().build());
    assertThat(codec.id()).contains(Shape.class.getName());
    var value = new Square(1, new Circle(2));
    assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
  }

  record Value(Date date, LocalDate day, byte[] bytes, Integer fooBar, Animal animal) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  interface Animal {}

  record Dog(int bones) implements Animal {}

  record Cat(int mice) implements Animal {}

  abstract static class MixIn {
    @JsonProperty("z")
    Integer fooBar = 0;
  }

  @Test
  void theIdCoversTheSettingsOfTheMapper() {
    List<UnaryOperator<JsonMapper.Builder>> settings = List.of(
        builder -> builder,
        builder -> builder.defaultDateFormat(new SimpleDateFormat("yyyy-MM-dd", Locale.ROOT)),
        builder -> builder.defaultDateFormat(new SimpleDateFormat("yyyy-dd-MM", Locale.ROOT)),
        builder -> builder.withConfigOverride(
            LocalDate.class, set -> set.setFormat(JsonFormat.Value.forPattern("yyyy-MM-dd"))),
        builder -> builder.withConfigOverride(
            LocalDate.class, set -> set.setFormat(JsonFormat.Value.forPattern("yyyy-dd-MM"))),
        builder -> builder.withConfigOverride(
            Integer.class,
            set -> set.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.STRING))),
        builder -> builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE),
        builder -> builder.enable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS),
        builder -> builder.enable(EnumFeature.WRITE_ENUMS_USING_INDEX),
        builder -> builder.defaultBase64Variant(Base64Variants.MODIFIED_FOR_URL),
        builder -> builder.defaultTimeZone(TimeZone.getTimeZone("Asia/Tokyo")),
        builder -> builder.defaultLocale(Locale.JAPAN),
        builder -> builder.addMixIn(Value.class, MixIn.class),
        builder -> builder.registerSubtypes(new NamedType(Dog.class, "a")),
        builder -> builder.registerSubtypes(new NamedType(Cat.class, "a")));
    assertThat(settings.stream().map(MapperTextTest::id)).doesNotHaveDuplicates();
    for (var setting : settings) {
      assertThat(id(setting)).isEqualTo(id(setting));
    }
  }

  private static String id(UnaryOperator<JsonMapper.Builder> setting) {
    return Codecs.json(Value.class)
        .mapper(setting.apply(JsonMapper.builder()).build())
        .id();
  }
}
