package io.intelligentcache.internal.memory.size;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Text, numbers, times and similar values. Classes that hold only primitives are not listed. */
final class JdkValues {
  /** Zones like GMT+1 have rules of their own, the rules of an offset. */
  private static final Pattern OWN_RULES = Pattern.compile("(UTC|GMT|UT)[+-].*");

  private static final int OWN_RULES_BYTES = 136;

  private static final int SECONDS_OF_A_QUARTER = 15 * 60;

  /** The most digits that a decimal keeps without a {@link BigInteger}. */
  private static final int DIGITS_OF_A_LONG = 18;

  /** The most characters of a decimal's text that are not digits: sign, point, zeros, exponent. */
  private static final int MOST_OTHER_CHARACTERS = 14;

  private JdkValues() {}

  static void describe(JdkShapes shapes, HeapLayout layout) {
    strings(shapes, layout);
    boxes(shapes, layout);
    numbers(shapes, layout);
    times(shapes);
    holders(shapes);
    if (!shapes.unsafe()) {
      builders(shapes, layout);
      unreadable(shapes, layout);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the program's empty string is shared
  private static void strings(JdkShapes shapes, HeapLayout layout) {
    long string = layout.instance(String.class);
    ReferenceField value = shapes.field(String.class.getName(), "value");
    shapes.leaf(String.class, text -> {
      if (text.isEmpty()) { // its array is shared
        return text == "" ? 0 : string;
      }
      return string
          + (value == null
              ? layout.array(text.length(), bytesPerChar(text))
              : layout.array(value.length(text), 1));
    });
  }

  /** It is not visible whether they store one or two bytes a character. */
  private static void builders(JdkShapes shapes, HeapLayout layout) {
    long builder = layout.instance(StringBuilder.class);
    shapes.leaf(
        StringBuilder.class, text -> builder + layout.array(text.capacity(), Character.BYTES));
    long buffer = layout.instance(StringBuffer.class);
    shapes.leaf(
        StringBuffer.class, text -> buffer + layout.array(text.capacity(), Character.BYTES));
  }

  private static int bytesPerChar(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xFF) {
        return Character.BYTES;
      }
    }
    return Byte.BYTES;
  }

  /** Boxes that {@code valueOf} shares count nothing. */
  private static void boxes(JdkShapes shapes, HeapLayout layout) {
    box(shapes, layout, Boolean.class, Boolean::valueOf);
    box(shapes, layout, Byte.class, Byte::valueOf);
    box(shapes, layout, Character.class, Character::valueOf);
    box(shapes, layout, Short.class, Short::valueOf);
    box(shapes, layout, Integer.class, Integer::valueOf);
    box(shapes, layout, Long.class, Long::valueOf);
  }

  @SuppressWarnings("ReferenceEquality") // checks whether it is the shared one
  private static <N> void box(
      JdkShapes shapes, HeapLayout layout, Class<N> type, UnaryOperator<N> valueOf) {
    long own = layout.instance(type);
    shapes.leaf(type, box -> (Object) valueOf.apply(box) == box ? 0 : own);
  }

  private static void numbers(JdkShapes shapes, HeapLayout layout) {
    shapes.branch(
        BigInteger.class,
        (number, walk) ->
            layout.array((number.bitLength() + Integer.SIZE - 1) / Integer.SIZE, Integer.BYTES));
    shapes.branch(BitSet.class, (bits, walk) -> layout.array(bits.size() / Long.SIZE, Long.BYTES));
  }

  private static void times(JdkShapes shapes) {
    shapes.fieldsOnly("java.util.Date");
    shapes.fieldsOnly("java.sql.Date");
    shapes.fieldsOnly("java.sql.Time");
    shapes.fieldsOnly("java.sql.Timestamp");
    shapes.branch(LocalDateTime.class, (time, walk) -> {
      walk.add(time.toLocalDate());
      walk.add(time.toLocalTime());
      return 0;
    });
    shapes.branch(OffsetTime.class, (time, walk) -> {
      walk.add(time.toLocalTime());
      walk.add(time.getOffset());
      return 0;
    });
    shapes.branch(OffsetDateTime.class, (time, walk) -> {
      walk.add(time.toLocalDateTime());
      walk.add(time.getOffset());
      return 0;
    });
    shapes.branch(ZonedDateTime.class, (time, walk) -> {
      walk.add(time.toLocalDateTime());
      walk.add(time.getOffset());
      walk.add(time.getZone() instanceof ZoneOffset ? null : time.getZone());
      return 0;
    });
    shapes.branchUnless(
        JdkValues::isShared, ZoneOffset.class.getName(), ZoneOffset.class, (zone, walk) -> {
          walk.add(zone.getId());
          return 0;
        });
    shapes.branch("java.time.ZoneRegion", ZoneId.class, (zone, walk) -> {
      walk.add(zone.getId()); // its rules are shared
      return OWN_RULES.matcher(zone.getId()).matches() ? OWN_RULES_BYTES : 0;
    });
  }

  /** Offsets of whole quarters of an hour are cached by the JDK. */
  private static boolean isShared(ZoneOffset zone) {
    return zone.getTotalSeconds() % SECONDS_OF_A_QUARTER == 0;
  }

  private static void holders(JdkShapes shapes) {
    shapes.branch(Object.class, (object, walk) -> 0); // all elements of a set share it
    shapes.branchUnless(
        holder -> holder.isEmpty(), Optional.class.getName(), Optional.class, (holder, walk) -> {
          walk.add(holder.get());
          return 0;
        });
    shapes.branch(AtomicReference.class, (holder, walk) -> {
      walk.add(holder.get());
      return 0;
    });
    for (String entry : new String[] {
      "java.util.AbstractMap$SimpleEntry",
      "java.util.AbstractMap$SimpleImmutableEntry",
      "java.util.KeyValueHolder"
    }) {
      shapes.branch(entry, Map.Entry.class, (pair, walk) -> {
        walk.add(pair.getKey());
        walk.add(pair.getValue());
        return 0;
      });
    }
  }

  /** Classes whose parts are in fields without accessors. */
  @SuppressWarnings("ByteBufferBackingArray") // the size of the whole array is needed
  private static void unreadable(JdkShapes shapes, HeapLayout layout) {
    long string = layout.instance(String.class);
    shapes.branch(BigDecimal.class, (number, walk) -> {
      if (number.precision() > DIGITS_OF_A_LONG) {
        walk.add(number.unscaledValue());
      }
      return string // kept after it was first converted to text
          + layout.array(number.precision() + MOST_OTHER_CHARACTERS, 1);
    });
    shapes.branch("java.nio.HeapByteBuffer", ByteBuffer.class, (buffer, walk) -> {
      walk.add(buffer.array());
      return 0;
    });
    shapes.branch(URI.class, JdkValues::parts);
  }

  /** The text, and the parts that the parser cut out of it. */
  private static long parts(URI uri, ObjectWalk walk) {
    walk.add(uri.toString());
    walk.add(uri.getScheme());
    walk.add(uri.getRawAuthority());
    walk.add(uri.getRawUserInfo());
    walk.add(uri.getHost());
    walk.add(uri.getRawPath());
    walk.add(uri.getRawQuery());
    walk.add(uri.getRawFragment());
    return 0;
  }
}
