package io.intelligentcache.codec;

import java.util.UUID;
import java.util.function.Function;

/** The built-in key codecs. */
public final class KeyCodecs {
  private KeyCodecs() {}

  /**
   * The codec of a type.
   *
   * @param <K> type of the keys
   * @param type String, Integer, Long, UUID, or an enum
   * @return a codec
   * @throws IllegalArgumentException for any other type
   */
  public static <K> KeyCodec<K> forType(Class<K> type) {
    if (type == String.class) {
      return of(key -> (String) key, type::cast);
    }
    if (type == Integer.class) {
      return of(Object::toString, text -> type.cast(Integer.valueOf(text)));
    }
    if (type == Long.class) {
      return of(Object::toString, text -> type.cast(Long.valueOf(text)));
    }
    if (type == UUID.class) {
      return of(Object::toString, text -> type.cast(UUID.fromString(text)));
    }
    if (type.isEnum()) {
      return of(key -> ((Enum<?>) key).name(), text -> constant(type, text));
    }
    throw new IllegalArgumentException(
        "keys may be String, Integer, Long, UUID or an enum, not " + type.getName()
            + ": set a KeyCodec with CacheSpec.keyCodec, or keep the cache in memory with"
            + " CacheSpec.memoryOnly()");
  }

  /**
   * A codec made of two functions.
   *
   * @param <K> type of the keys
   * @param encode encodes a key as text
   * @param decode decodes it
   * @return a codec
   */
  public static <K> KeyCodec<K> of(Function<K, String> encode, Function<String, K> decode) {
    return new Functions<>(encode, decode);
  }

  private static <K> K constant(Class<K> type, String name) {
    for (K constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(type.getName() + " has no constant " + name);
  }

  private record Functions<K>(Function<K, String> encode, Function<String, K> decode)
      implements KeyCodec<K> {
    @Override
    public String encode(K key) {
      return encode.apply(key);
    }

    @Override
    public K decode(String text) {
      return decode.apply(text);
    }
  }
}
