package io.intelligentcache.internal.codec.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeId;
import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.Codecs;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.codec.JsonCodec;
import io.intelligentcache.codec.TypeRef;
import io.intelligentcache.internal.codec.ItemFormat;
import java.math.BigInteger;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.TypeSerializer;

/** What the check of a type finds when its cache is opened, and what distinguishes two types. */
@SuppressWarnings({"unused", "HidingField", "UnusedVariable", "JavaUtilDate", "NullAway"})
final class JsonShapeTest {
  private static void refused(Class<?> type, String... words) {
    assertThatThrownBy(() -> Codecs.json(type).id())
        .as(type.getSimpleName())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words)
        .hasMessageContainingAll(type.getName(), "CacheSpec.codec", "memoryOnly()");
  }

  private static <V> void survives(Class<V> type, V value) {
    JsonCodec<V> codec = Codecs.json(type);
    assertThat(codec.id()).startsWith("json/2:");
    assertThat(Comparison.between(value, codec.decode(codec.encode(value)), any -> true))
        .as(type.getSimpleName())
        .isNull();
  }

  record OfIntegers(Optional<List<Integer>[]> all) {}

  record OfArray<T>(T[] all) {}

  @Test
  void theIdCoversWhatTheArraysOfAGenericTypeHold() {
    List<TypeRef<?>> types = List.of(
        new TypeRef<List<Integer>[]>() {},
        new TypeRef<List<String>[]>() {},
        new TypeRef<List<String>[][]>() {},
        new TypeRef<Optional<List<Integer>[]>>() {},
        new TypeRef<Optional<List<Date>[]>>() {},
        new TypeRef<Optional<Integer>[]>() {},
        new TypeRef<Optional<Long>[]>() {},
        new TypeRef<Map<String, List<Date>[]>>() {},
        new TypeRef<Map<String, List<String>[]>>() {},
        new TypeRef<OfArray<List<Integer>>>() {},
        new TypeRef<OfArray<List<String>>>() {},
        new TypeRef<OfArray<List<Integer>[]>>() {},
        new TypeRef<OfArray<List<String>[]>>() {});
    assertThat(types.stream().map(type -> Codecs.json(type).id())).doesNotHaveDuplicates();
    assertThat(types.stream().map(type -> Codecs.json(type).tolerant().id()))
        .doesNotHaveDuplicates();
    var mapper = JsonMapper.builder().build();
    assertThat(types.stream().map(type -> Codecs.json(type).mapper(mapper).id()))
        .doesNotHaveDuplicates();
    assertThat(Codecs.json(new TypeRef<List<Integer>[]>() {}).id())
        .isEqualTo(Codecs.json(new TypeRef<List<Integer>[]>() {}).id());
  }

  static class TwoOfAName {
    @JsonProperty("b")
    @Nullable
    String a;

    @Nullable
    String b;
  }

  static class Above {
    @Nullable
    String x;
  }

  static class HidesAbove extends Above {
    @JsonProperty("x")
    @Nullable
    String y;
  }

  static class Typed {
    @JsonTypeId
    @Nullable
    String type;

    int n;
  }

  static class Aliased {
    @JsonAlias("b")
    @Nullable
    String a;

    @Nullable
    String b;
  }

  static class Misnamed {
    final String a;

    @Nullable
    String b;

    @JsonCreator
    Misnamed(@JsonProperty("b") String a) {
      this.a = a;
    }
  }

  static class Swapped {
    @JsonProperty("b")
    String a = "1";

    @JsonProperty("a")
    String b = "2";
  }

  @Test
  void eachFieldHasAPropertyOfItsOwnOrTheTypeIsRefused() {
    refused(TwoOfAName.class, "field b", "property of its own");
    refused(HidesAbove.class, "field x of " + Above.class.getName());
    refused(Misnamed.class, "field"); // the message differs if the class file has parameter names
    var typed = new Typed();
    typed.type = "t";
    survives(Typed.class, typed);
    var aliased = new Aliased();
    aliased.b = "b";
    survives(Aliased.class, aliased);
    survives(Swapped.class, new Swapped());
  }

  interface Named {
    @JsonProperty
    String name();
  }

  record Trimming(String name) implements Named {
    @Override
    public String name() {
      return name.trim();
    }
  }

  static class Getter {
    private @Nullable String s;

    @JsonProperty
    public String getS() {
      return "other";
    }
  }

  static class Getter2 {
    private @Nullable String s;

    @JsonGetter("t")
    public String getS() {
      return "other";
    }
  }

  static class Setter {
    private @Nullable String s;

    @JsonProperty
    public void setS(String s) {
      this.s = s.trim();
    }
  }

  static class Setter2 {
    private @Nullable String s;

    @JsonSetter("s")
    public void setS(String s) {
      this.s = s.trim();
    }
  }

  @Test
  void whatAnnotatedGettersAndSettersDoDoesNotCount() {
    survives(Trimming.class, new Trimming(" a "));
    var getter = new Getter();
    getter.s = " a ";
    survives(Getter.class, getter);
    var getter2 = new Getter2();
    getter2.s = " a ";
    survives(Getter2.class, getter2);
    var setter = new Setter();
    setter.s = " a ";
    survives(Setter.class, setter);
    var setter2 = new Setter2();
    setter2.s = " a ";
    survives(Setter2.class, setter2);
  }

  record Entry(String key, String value) implements Map.Entry<String, String> {
    @Override
    public String getKey() {
      return key;
    }

    @Override
    public String getValue() {
      return value;
    }

    @Override
    public String setValue(String other) {
      throw new UnsupportedOperationException();
    }
  }

  record Page(List<String> rows, int number) implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return rows.iterator();
    }
  }

  record Cursor(List<String> rows, int at) implements Iterator<String> {
    @Override
    public boolean hasNext() {
      return false;
    }

    @Override
    public String next() {
      return "";
    }
  }

  record Text(String is, int more) implements CharSequence {
    @Override
    public int length() {
      return is.length();
    }

    @Override
    public char charAt(int index) {
      return is.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return is.subSequence(start, end);
    }
  }

  record Itself(int i) implements JacksonSerializable {
    @Override
    public void serialize(JsonGenerator to, SerializationContext context) {
      to.writeNumber(i);
    }

    @Override
    public void serializeWithType(
        JsonGenerator to, SerializationContext context, TypeSerializer types) {
      to.writeNumber(i);
    }
  }

  record Counted(int count) implements Comparable<Counted>, Runnable {
    @Override
    public int compareTo(Counted other) {
      return count - other.count;
    }

    @Override
    public void run() {}
  }

  private static <V> void survivesOrIsRefused(Class<V> type, V value) {
    try {
      survives(type, value);
    } catch (IllegalArgumentException clear) {
      assertThat(clear).hasMessageContainingAll(type.getName(), "field by field");
    }
  }

  @Test
  void aClassThatJacksonWritesInAWayOfItsOwnIsWrittenByFieldsOrRefused() {
    survivesOrIsRefused(Entry.class, new Entry("a", "b"));
    survivesOrIsRefused(Page.class, new Page(List.of("a"), 3));
    survivesOrIsRefused(Cursor.class, new Cursor(List.of("a"), 3));
    survivesOrIsRefused(Text.class, new Text("a", 3));
    survivesOrIsRefused(Itself.class, new Itself(3));
    survives(Counted.class, new Counted(3));
  }

  static class Marker {}

  static class More extends Marker {
    int i = 5;
  }

  @Test
  void aSubclassOfAClassWithoutFieldsIsNotCutEither() {
    Codec<List<Marker>> codec = Codecs.json(new TypeRef<List<Marker>>() {});
    assertThat(codec.decode(codec.encode(List.of(new Marker())))).hasSize(1);
    assertThatThrownBy(() -> codec.encode(List.of(new More())))
        .isInstanceOf(CodecException.class)
        .hasMessageContainingAll("Marker", "More");
    Codec<Marker> root = Codecs.json(Marker.class);
    assertThatThrownBy(() -> root.encode(new More())).isInstanceOf(CodecException.class);
  }

  record AnyEnum(Enum<?> which) {}

  record ComparableEnum<E extends Enum<E>>(List<E> all) {}

  @Test
  void anEnumThatIsNotSaidIsRefusedByName() {
    refused(AnyEnum.class, "which", "java.lang.Enum");
    for (TypeRef<?> type : List.of(
        new TypeRef<EnumSet<?>>() {},
        new TypeRef<EnumMap<?, String>>() {},
        new TypeRef<ComparableEnum<?>>() {},
        new TypeRef<Enum<?>>() {})) {
      assertThatThrownBy(() -> Codecs.json(type).id())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("Enum", "CacheSpec.codec");
    }
  }

  @Test
  void whateverGoesWrongInLookingAtATypeNamesIt() {
    var mapper = JsonMapper.builder()
        .annotationIntrospector(new JacksonAnnotationIntrospector() {
          @Override
          public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
            throw new IllegalStateException("no luck");
          }
        })
        .build();
    assertThatThrownBy(() -> Codecs.json(Counted.class).mapper(mapper).id())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(Counted.class.getName(), "no luck", "CacheSpec.codec");
  }

  record Blobs(Set<byte[]> all) {}

  record Nested(LinkedHashSet<int[][]> all) {}

  record Queues(Set<Deque<String>> all) {}

  record Deep(Set<List<Optional<byte[]>>> all) {}

  @Test
  void aSetOfArraysIsRefusedAsAKeyIs() {
    refused(Queues.class, "all", "queues");
    refused(Deep.class, "all", "array");
    refused(Blobs.class, "all", "array");
    refused(Nested.class, "all", "array");
  }

  static class TwoNamed {
    @JsonProperty("n")
    int one;

    @JsonProperty("n")
    int other;
  }

  static class Sub extends Above {}

  record ReadAs(
      @JsonSerialize(as = Sub.class) @JsonDeserialize(as = Sub.class)
      Above above) {}

  record ListAs(@JsonDeserialize(as = LinkedHashSet.class) Set<String> all) {}

  @Test
  void aRefusalOfATypeSaysThePlaceAndWhatToDoInPlainWords() {
    refused(TwoNamed.class, "one name", "@JsonProperty");
    refused(ReadAs.class, "above", Sub.class.getName(), "subtypes");
    survives(ListAs.class, new ListAs(Set.of("a")));
  }

  static final class Chain {
    @Nullable
    Chain next;
  }

  private static <V> void unwritable(TypeRef<V> type, V value, String... words) {
    JsonCodec<V> codec = Codecs.json(type);
    assertThat(codec.id()).startsWith("json/2:");
    assertThatThrownBy(() -> codec.encode(value))
        .isInstanceOf(CodecException.class)
        .hasMessageContainingAll(words)
        .hasMessageContainingAll("CacheSpec.codec", "memoryOnly()")
        .message()
        .doesNotContain("simple type", "StreamWriteConstraints", "NullKeySerializer");
  }

  @Test
  void aRefusalOfAValueSaysThePlaceAndWhatToDoInPlainWords() {
    var circle = new Chain();
    circle.next = new Chain();
    circle.next.next = circle;
    unwritable(new TypeRef<Chain>() {}, circle, "500 deep", "contains itself", ".next");
    Map<String, List<Map<String, Integer>>> deep = new HashMap<>();
    Map<String, Integer> nullKey = new HashMap<>();
    nullKey.put(null, 1);
    deep.put("k", List.of(nullKey));
    unwritable(
        new TypeRef<Map<String, List<Map<String, Integer>>>>() {}, deep, "null key", ".k[0]");
    unwritable(
        new TypeRef<List<SortedMap<String, Integer>>>() {},
        List.of(new TreeMap<>(String.CASE_INSENSITIVE_ORDER)),
        "comparator",
        "[0]");
    unwritable(new TypeRef<List<Locale>>() {}, List.of(new Locale("no", "NO", "NY")), "locale");
    unwritable(
        new TypeRef<List<Map<String, String>>>() {},
        List.of(Map.of("\uD800", "v")),
        "surrogate",
        "[0]");
    unwritable(
        new TypeRef<List<BigInteger>>() {}, List.of(BigInteger.TWO.pow(400_000)), "digits", "[0]");
    unwritable(new TypeRef<List<Marker>>() {}, List.of(new More()), "More", "[0]", "subtypes");
    JsonCodec<List<Object>> named =
        Codecs.json(new TypeRef<List<Object>>() {}).subtypes(Map.of("l", Long.class));
    assertThatThrownBy(() -> named.encode(List.of(5)))
        .isInstanceOf(CodecException.class)
        .hasMessageContainingAll("the type says java.lang.Object", "java.lang.Integer", "[0]");
  }

  @Test
  void aCodecWithoutAnIdIsRefusedByName() {
    @SuppressWarnings("NullAway") // a codec that breaks its contract
    Codec<String> codec = new Codec<>() {
      @Override
      public String id() {
        return null;
      }

      @Override
      public byte[] encode(String value) {
        return new byte[0];
      }

      @Override
      public String decode(byte[] bytes) {
        return "";
      }

      @Override
      public String toString() {
        return "forgetful";
      }
    };
    assertThatThrownBy(() -> new ItemFormat<>(codec, Compression.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("forgetful", "id");
  }
}
