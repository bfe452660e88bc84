package io.intelligentcache.memory.size;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Text, numbers, times and the like. Those that hold primitives only need no mention. */
final class JdkValues {
  /** From here up to {@link #HIGHEST_CACHED} {@code valueOf} shares its boxes. */
  private static final int LOWEST_CACHED = -128;

  private static final int HIGHEST_CACHED = 127;

  /** The most digits that a decimal keeps without a {@link BigInteger}. */
  private static final int DIGITS_OF_A_LONG = 18;

  private JdkValues() {}

  static void describe(JdkShapes shapes, HeapLayout layout) {
    text(shapes, layout);
    boxes(shapes, layout);
    numbers(shapes, layout);
    times(shapes);
    holders(shapes, layout);
  }

  private static void text(JdkShapes shapes, HeapLayout layout) {
    long string = layout.instance(String.class);
    shapes.leaf(
        String.class,
        text -> text.isEmpty() ? 0 : string + layout.array(text.length(), bytesPerChar(text)));
    long builder = layout.instance(StringBuilder.class);
    shapes.leaf(
        StringBuilder.class, text -> builder + layout.array(text.capacity(), bytesPerChar(text)));
    long buffer = layout.instance(StringBuffer.class);
    shapes.leaf(
        StringBuffer.class, text -> buffer + layout.array(text.capacity(), bytesPerChar(text)));
  }

  private static int bytesPerChar(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xFF) {
        return Character.BYTES;
      }
    }
    return Byte.BYTES;
  }

  private static void boxes(JdkShapes shapes, HeapLayout layout) {
    shapes.shared("java.lang.Boolean");
    shapes.shared("java.lang.Byte");
    long character = layout.instance(Character.class);
    shapes.leaf(Character.class, box -> box <= HIGHEST_CACHED ? 0 : character);
    box(shapes, Short.class, layout);
    box(shapes, Integer.class, layout);
    box(shapes, Long.class, layout);
  }

  private static <N extends Number> void box(JdkShapes shapes, Class<N> type, HeapLayout layout) {
    long own = layout.instance(type);
    shapes.leaf(
        type,
        box -> LOWEST_CACHED <= box.longValue() && box.longValue() <= HIGHEST_CACHED ? 0 : own);
  }

  private static void numbers(JdkShapes shapes, HeapLayout layout) {
    shapes.branch(
        BigInteger.class,
        (number, walk) ->
            layout.array((number.bitLength() + Integer.SIZE - 1) / Integer.SIZE, Integer.BYTES));
    shapes.branch(BigDecimal.class, (number, walk) -> {
      if (number.precision() > DIGITS_OF_A_LONG) {
        walk.add(number.unscaledValue());
      }
      return 0;
    });
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
      return 0;
    });
    shapes.branch(OffsetDateTime.class, (time, walk) -> {
      walk.add(time.toLocalDateTime());
      return 0;
    });
    shapes.branch(ZonedDateTime.class, (time, walk) -> {
      walk.add(time.toLocalDateTime());
      return 0;
    });
  }

  private static void holders(JdkShapes shapes, HeapLayout layout) {
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
    shapes.branch(
        "java.nio.HeapByteBuffer",
        ByteBuffer.class,
        (buffer, walk) -> layout.array((long) buffer.arrayOffset() + buffer.capacity(), 1));
    shapes.branch(URI.class, JdkValues::parts);
  }

  /** The text and what the parser cut out of it. */
  private static long parts(URI uri, Walk walk) {
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
