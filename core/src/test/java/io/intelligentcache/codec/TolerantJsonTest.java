package io.intelligentcache.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Of bytes of another shape a tolerant codec reads what fits exactly; the rest is a miss. */
final class TolerantJsonTest {
  record Of<T>(T a) {}

  private static <V> byte[] written(TypeRef<Of<V>> type, @Nullable V value) {
    @SuppressWarnings("NullAway")
    var of = new Of<V>(value);
    return Codecs.json(type).tolerant().encode(of);
  }

  private static <F, V> void isMissed(
      TypeRef<Of<F>> from, TypeRef<Of<V>> to, List<? extends @Nullable F> values) {
    for (F value : values) {
      byte[] bytes = written(from, value);
      assertThatThrownBy(() -> Codecs.json(to).tolerant().decode(bytes))
          .as("%s as %s", value, to)
          .isInstanceOf(RuntimeException.class);
    }
  }

  private static <F, V> void isRead(TypeRef<Of<F>> from, TypeRef<Of<V>> to, F value, V as) {
    assertThat(Codecs.json(to).tolerant().decode(written(from, value)).a())
        .as("%s as %s", value, to)
        .isEqualTo(as);
  }

  record Bytes(byte a) {}

  record Shorts(short a) {}

  record Ints(int a) {}

  record Longs(long a) {}

  record Floats(float a) {}

  record Doubles(double a) {}

  record Chars(char a) {}

  record Booleans(boolean a) {}

  /** Each number as each type of number: as it was, or a miss. */
  @Test
  void aNumberThatDoesNotFitIsAMiss() throws Exception {
    List<Class<?>> types =
        List.of(Bytes.class, Shorts.class, Ints.class, Longs.class, Floats.class, Doubles.class);
    List<Object> numbers = List.of(
        (byte) -1,
        (short) 200,
        (short) 300,
        200,
        70_000,
        16_777_217,
        1L << 40,
        (1L << 53) + 1,
        Long.MAX_VALUE,
        1.5f,
        0.1f,
        Float.MAX_VALUE,
        Float.NaN,
        0.1,
        0.123456789012,
        1e300,
        1e-300,
        Double.MIN_VALUE,
        Double.NEGATIVE_INFINITY,
        -0.0);
    int read = 0;
    for (Class<?> from : types) {
      for (Class<?> to : types) {
        for (Object number : numbers) {
          var constructor = from.getDeclaredConstructors()[0];
          Class<?> primitive = constructor.getParameterTypes()[0];
          if (!primitive.equals(MethodTypes.unboxed(number))) {
            continue;
          }
          byte[] bytes = encode(from, constructor.newInstance(number));
          Object back;
          try {
            back = Codecs.json(to).tolerant().decode(bytes);
          } catch (RuntimeException miss) {
            assertThat(from).as("%s", number).isNotEqualTo(to);
            continue;
          }
          Object now = to.getRecordComponents()[0].getAccessor().invoke(back);
          assertThat(isSame(number, now)).as("%s as %s", number, to).isTrue();
          read++;
        }
      }
    }
    assertThat(read).isGreaterThan(numbers.size() * 2);
  }

  /** By their texts, too, because a float is written as the shortest one that is no other float. */
  private static boolean isSame(Object number, Object now) {
    double value = ((Number) now).doubleValue();
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return number.toString().equals(now.toString());
    }
    var was = new BigDecimal(number.toString());
    return was.compareTo(new BigDecimal(value)) == 0
        || was.compareTo(new BigDecimal(now.toString())) == 0;
  }

  private static final class MethodTypes {
    static Class<?> unboxed(Object number) {
      return java.lang.invoke.MethodType.methodType(number.getClass()).unwrap().returnType();
    }
  }

  private static <V> byte[] encode(Class<V> type, Object value) {
    return Codecs.json(type).tolerant().encode(type.cast(value));
  }

  record Boxed(@Nullable Integer a) {}

  record Nothing() {}

  @Test
  void aNullThatWasWrittenIsNoZeroAndAPropertyThatWasNotIs() {
    byte[] nothing = encode(Nothing.class, new Nothing());
    byte[] wroteNull = encode(Boxed.class, new Boxed(null));
    for (Class<?> type : List.of(
        Bytes.class,
        Shorts.class,
        Ints.class,
        Longs.class,
        Floats.class,
        Doubles.class,
        Chars.class,
        Booleans.class)) {
      assertThat(Codecs.json(type).tolerant().decode(nothing)).as("%s", type).isNotNull();
      assertThatThrownBy(() -> Codecs.json(type).tolerant().decode(wroteNull))
          .as("%s", type)
          .isInstanceOf(RuntimeException.class);
    }
    assertThat(Codecs.json(Ints.class).tolerant().decode(nothing).a()).isZero();
    assertThat(Codecs.json(Boxed.class).tolerant().decode(wroteNull)).isEqualTo(new Boxed(null));
  }

  record Options(Optional<String> o, OptionalInt i, OptionalLong l, OptionalDouble d) {}

  static final class Defaults {
    int number = 7;
    OptionalInt some = OptionalInt.of(5);
  }

  @Test
  void anOptionalThatIsMissingIsEmptyAndAFieldHasWhatItsClassGivesIt() {
    byte[] nothing = encode(Nothing.class, new Nothing());
    assertThat(Codecs.json(Options.class).tolerant().decode(nothing))
        .isEqualTo(new Options(
            Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), OptionalDouble.empty()));
    Defaults read = Codecs.json(Defaults.class).tolerant().decode(nothing);
    assertThat(read.number).isEqualTo(7);
    assertThat(read.some).hasValue(5);
  }

  @Test
  void anArrayOfWhatDoesNotFitIsAMiss() {
    var integers = new TypeRef<Of<Integer[]>>() {};
    isMissed(
        integers, new TypeRef<Of<int[]>>() {}, List.of(new Integer[] {null}, new Integer[] {1, null
        }));
    isMissed(integers, new TypeRef<Of<long[]>>() {}, List.<Integer[]>of(new Integer[] {null}));
    isMissed(integers, new TypeRef<Of<double[]>>() {}, List.<Integer[]>of(new Integer[] {null}));
    isMissed(integers, new TypeRef<Of<byte[]>>() {}, List.<Integer[]>of(new Integer[] {200}));
    isMissed(integers, new TypeRef<Of<short[]>>() {}, List.<Integer[]>of(new Integer[] {70_000}));
    isMissed(
        new TypeRef<Of<long[]>>() {}, new TypeRef<Of<int[]>>() {}, List.of(new long[] {1L << 40}));
    isMissed(new TypeRef<Of<long[]>>() {}, new TypeRef<Of<double[]>>() {}, List.of(new long[] {
      1, (1L << 53) + 1
    }));
    isMissed(
        new TypeRef<Of<double[]>>() {}, new TypeRef<Of<float[]>>() {}, List.of(new double[] {1e300
        }));
    isRead(
        new TypeRef<Of<int[]>>() {},
        new TypeRef<Of<double[]>>() {},
        new int[] {1, 2},
        new double[] {1, 2});
    isRead(new TypeRef<Of<int[]>>() {}, new TypeRef<Of<float[]>>() {}, new int[0], new float[0]);
    double[] all = {Double.NaN, -0.0, 0.1, Double.MIN_VALUE, Double.NEGATIVE_INFINITY};
    isRead(new TypeRef<Of<double[]>>() {}, new TypeRef<Of<double[]>>() {}, all, all);
  }

  enum Color {
    RED
  }

  @Test
  void aListWithTwoEqualElementsIsNoSet() {
    var list = new TypeRef<Of<List<Integer>>>() {};
    var twice = List.of(List.of(1, 1), Arrays.asList(null, 2, null));
    isMissed(list, new TypeRef<Of<Set<Integer>>>() {}, twice);
    isMissed(list, new TypeRef<Of<HashSet<Integer>>>() {}, twice);
    isMissed(list, new TypeRef<Of<SortedSet<Integer>>>() {}, twice);
    isMissed(list, new TypeRef<Of<CopyOnWriteArraySet<Integer>>>() {}, twice);
    isRead(list, new TypeRef<Of<Set<Integer>>>() {}, List.of(2, 1), Set.of(1, 2));
    isRead(
        list, new TypeRef<Of<SortedSet<Integer>>>() {}, List.of(2, 1), new TreeSet<>(Set.of(1, 2)));
    var colors = new TypeRef<Of<Collection<Color>>>() {};
    isMissed(colors, new TypeRef<Of<EnumSet<Color>>>() {}, List.of(List.of(Color.RED, Color.RED)));
    isRead(
        colors,
        new TypeRef<Of<EnumSet<Color>>>() {},
        new ArrayList<>(List.of(Color.RED)),
        EnumSet.of(Color.RED));
  }

  @Test
  void aKeyOfAnotherTypeIsAMissUnlessItIsTheSame() {
    isMissed(
        new TypeRef<Of<Map<Long, String>>>() {},
        new TypeRef<Of<Map<Double, String>>>() {},
        List.of(Map.of((1L << 53) + 1, "a")));
    isMissed(
        new TypeRef<Of<Map<Double, String>>>() {},
        new TypeRef<Of<Map<Float, String>>>() {},
        List.of(Map.of(1e300, "a")));
    isMissed(
        new TypeRef<Of<Map<String, String>>>() {},
        new TypeRef<Of<Map<Integer, String>>>() {},
        List.of(Map.of("1", "a", "01", "b"), Map.of("+1", "a"), Map.of("x", "a")));
    isRead(
        new TypeRef<Of<Map<Integer, String>>>() {},
        new TypeRef<Of<Map<Long, String>>>() {},
        Map.of(1, "a"),
        Map.of(1L, "a"));
  }
}
