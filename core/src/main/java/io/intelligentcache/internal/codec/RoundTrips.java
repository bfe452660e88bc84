package io.intelligentcache.internal.codec;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.JsonCodec;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.codec.json.Comparison;
import io.intelligentcache.internal.codec.json.Comparison.Difference;
import io.intelligentcache.internal.codec.json.JsonShape;
import io.intelligentcache.internal.codec.json.TypeText;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A codec that is checked while it is used: some values of each class are read back and compared. A class whose
 * values come back changed is refused from then on. A value that can't be read back is refused, and the next
 * one of its class is checked too: codecs may fail for a moment.
 *
 * <p>The first value of a class is checked, then the 2nd, 4th, 8th up to the 256th, then each 256th. A check
 * costs about four times as much as encoding a small value, so the checks together cost 1.5 % of encoding, and
 * some thousandths of a put over Redis. The classes are remembered as long as the cache exists.
 */
final class RoundTrips<V> {
  private static final int RARELY = 256;

  /** The most classes that are remembered; of further classes each value is checked. */
  private static final int MOST_CLASSES = 1_000;

  private final Codec<V> codec;
  private final ConcurrentHashMap<Class<?>, Kind> kinds = new ConcurrentHashMap<>();

  /** The kind that was used last: most caches have one. */
  private volatile @Nullable Kind recent;

  RoundTrips(Codec<V> codec) {
    this.codec = codec;
  }

  /** What is known about the values of a class. */
  private static final class Kind {
    final Class<?> type;

    /** How many values were encoded. Racy on purpose: it only spreads the checks. */
    int written;

    /** Whether the last check found no difference. */
    volatile boolean checked;

    /** Whether a value was checked before any had to be encoded. */
    volatile boolean tried;

    /** Why the values are refused, or null. */
    volatile @Nullable String refusal;

    Kind(Class<?> type) {
      this.type = type;
    }

    boolean isDue() {
      int count = ++written;
      return !checked || (count <= RARELY ? (count & (count - 1)) == 0 : count % RARELY == 0);
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
   * Encodes a value.
   *
   * @throws CodecException if the codec can't, or values of its class do not come back unchanged
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
   * Checks a value that may be encoded later, if it is the first of its class.
   *
   * @throws CodecException as {@link #encode}
   */
  void checkFirst(V value) {
    Kind kind = kind(value.getClass());
    if (!kind.checked && !kind.tried) {
      kind.tried = true;
      check(kind, value, bytes(value));
    }
  }

  /** Whether values of a class are refused because they do not come back unchanged. */
  boolean isRefused(Class<?> type) {
    return kind(type).refusal != null;
  }

  private byte[] bytes(V value) {
    return requireNonNull(codec.encode(value), "a codec must not return null");
  }

  private void check(Kind kind, V value, byte[] bytes) {
    kind.checked = false;
    String difference;
    try {
      difference = difference(value, back(kind, bytes), bytes);
    } catch (StackOverflowError | OutOfMemoryError noJudgement) { // no difference was found so far
      return;
    } catch (CodecException refusal) {
      throw refusal;
    } catch (Throwable failure) { // user code: the value has not been shown to survive
      throw unreadable(kind, failure);
    }
    if (difference == null) {
      kind.checked = true;
      return;
    }
    String what = " do not survive codec " + codec.id() + ": " + difference + "; ";
    if (!Arrays.equals(
        bytes(value), bytes)) { // another thread changes it, or the codec is not deterministic
      throw new CodecException(
          "a value of class " + kind.type.getTypeName()
              + " was not written as it is now, so it is not"
              + " stored below memory. Either it was changed meanwhile, or values of the class"
              + what
              + JsonShape.WHAT_TO_DO,
          null);
    }
    kind.refusal = "values of class " + kind.type.getTypeName() + what + JsonShape.WHAT_TO_DO
        + ". None of them is stored below memory";
    kind.requireWritable();
  }

  private V back(Kind kind, byte[] bytes) {
    try {
      return requireNonNull(codec.decode(bytes), "it is read back as null");
    } catch (StackOverflowError tooDeep) {
      throw new CodecException(
          "a value of class " + kind.type.getName()
              + " is nested too deeply to be read back by codec " + codec.id(),
          tooDeep);
    } catch (OutOfMemoryError noJudgement) {
      throw noJudgement;
    } catch (Throwable failure) {
      throw unreadable(kind, failure);
    }
  }

  private CodecException unreadable(Kind kind, Throwable failure) {
    String why = failure instanceof JacksonException readable
        ? TypeText.plain(readable.getOriginalMessage())
        : Failures.text(failure);
    return new CodecException(
        "a value of class " + kind.type.getTypeName() + " can't be read back and compared from"
            + " what codec " + codec.id() + " has written: " + why + "; "
            + JsonShape.WHAT_TO_DO,
        failure);
  }

  private @Nullable String difference(V value, V back, byte[] bytes) {
    boolean isJson = codec instanceof JsonCodec;
    if (!isJson && value.equals(back) && value.getClass() == back.getClass()) {
      return null;
    }
    Difference difference = Comparison.between(
        value, back, type -> codec instanceof JsonCodec<V> json && json.isByFields(type));
    return difference == null
            || (!isJson && !difference.certain() && Arrays.equals(bytes(back), bytes))
        ? null
        : difference.what();
  }
}
