package io.intelligentcache.codec;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.codec.Comparison.Difference;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A codec that is checked as it is used: of some values of each class the bytes are read back and compared.
 * A class whose values do not survive is refused from there on.
 *
 * <p>The first value of a class is checked, then the 2nd, 4th, 8th up to the 256th, then each 256th. A check costs
 * about four times as much as writing a small value, so the checks together cost 1.5 % of writing, and some
 * thousandths of a put over Redis. The classes are kept as long as the cache is.
 */
final class RoundTrips<V> {
  private static final int RARELY = 256;

  /** Bounds what is remembered; of further classes each value is checked. */
  private static final int MOST_CLASSES = 1_000;

  private final Codec<V> codec;
  private final ConcurrentHashMap<Class<?>, Kind> kinds = new ConcurrentHashMap<>();

  /** The kind asked for last: most caches have one. */
  private volatile @Nullable Kind recent;

  RoundTrips(Codec<V> codec) {
    this.codec = codec;
  }

  /** What is known of the values of a class. */
  private static final class Kind {
    final Class<?> type;

    /** Values seen; raced on purpose, it only spreads the checks. */
    int seen;

    volatile boolean checked;

    /** Whether the codec threw what it may not, so that there was nothing to check. */
    volatile boolean failing;

    /** Why the values are refused, or null. */
    volatile @Nullable String refusal;

    Kind(Class<?> type) {
      this.type = type;
    }

    boolean isDue() {
      int count = ++seen;
      return (!checked && !failing)
          || (count <= RARELY ? (count & (count - 1)) == 0 : count % RARELY == 0);
    }

    void requireWritable() {
      String why = refusal;
      if (why != null) {
        throw new CodecException(why, null);
      }
    }
  }

  private Kind kind(Class<?> type) {
    Kind last = recent;
    if (last != null && last.type == type) {
      return last;
    }
    Kind kind = kinds.get(type);
    if (kind == null) {
      kind = new Kind(type);
      if (kinds.size() < MOST_CLASSES) {
        Kind first = kinds.putIfAbsent(type, kind);
        kind = first != null ? first : kind;
      }
    }
    recent = kind;
    return kind;
  }

  /**
   * Writes a value.
   *
   * @throws CodecException if the codec can't, or values of its class do not survive it
   */
  byte[] encode(V value) {
    Kind kind = kind(value.getClass());
    kind.requireWritable();
    byte[] bytes = bytes(value);
    if (kind.isDue()) {
      check(kind, value, bytes);
    }
    return bytes;
  }

  /**
   * Refuses a value that is written later, or never, if its class is known or now found not to survive.
   *
   * @throws CodecException as {@link #encode}
   */
  void requireWritable(V value) {
    Kind kind = kind(value.getClass());
    kind.requireWritable();
    if (!kind.checked && kind.isDue()) {
      byte[] bytes;
      try {
        bytes = bytes(value);
      } catch (CodecException refusal) {
        throw refusal;
      } catch (Throwable bug) { // of the codec: the value may stay in memory, and is not written
        kind.failing = true;
        return;
      }
      check(kind, value, bytes);
    }
  }

  /** Whether values of a class do not survive. */
  boolean isRefused(Class<?> type) {
    return kind(type).refusal != null;
  }

  private byte[] bytes(V value) {
    return requireNonNull(codec.encode(value), "a codec must not return null");
  }

  private void check(Kind kind, V value, byte[] bytes) {
    String difference;
    try {
      difference = difference(value, bytes);
    } catch (StackOverflowError tooDeep) {
      throw new CodecException(
          "a value of class " + kind.type.getName()
              + " is nested too deeply to be read back by codec " + codec.id(),
          tooDeep);
    } catch (OutOfMemoryError noJudgement) {
      return;
    } catch (Throwable unreadable) { // user code: whatever it throws, the value has not survived
      difference = "it can't be read back and compared: " + unreadable;
    }
    kind.checked = true;
    if (difference != null) {
      kind.refusal = "values of class " + kind.type.getTypeName() + " do not survive codec "
          + codec.id() + ", so none is stored below memory: " + difference + "; "
          + JsonShape.WHAT_TO_DO;
      kind.requireWritable();
    }
  }

  private @Nullable String difference(V value, byte[] bytes) {
    Object back = codec.decode(bytes);
    if (back == null) { // a codec may do what its contract forbids
      return "it is read back as null";
    }
    boolean isJson = codec instanceof JsonCodec;
    if (!isJson && value.equals(back) && value.getClass() == back.getClass()) {
      return null;
    }
    Difference difference = Comparison.between(
        value, back, type -> codec instanceof JsonCodec<V> json && json.isByFields(type));
    return difference == null || (!isJson && !difference.certain() && isWrittenTheSame(back, bytes))
        ? null
        : difference.what();
  }

  @SuppressWarnings("unchecked") // the codec made it
  private boolean isWrittenTheSame(Object back, byte[] bytes) {
    return Arrays.equals(bytes(((V) back)), bytes);
  }
}
