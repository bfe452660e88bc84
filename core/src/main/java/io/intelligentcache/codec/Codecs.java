package io.intelligentcache.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.base.Utf8;
import java.lang.reflect.Type;

/** The built-in codecs. */
public final class Codecs {
  private Codecs() {}

  /**
   * The default codec of a type: {@link #bytes()} for {@code byte[]}, {@link #string()} for {@code String},
   * else {@link #json(Class) JSON}.
   *
   * @param <V> type of the values
   * @param type the type
   * @return a codec. Whether JSON supports the type is checked when the codec's id is first requested
   */
  @SuppressWarnings("unchecked") // the type says which codec it is
  public static <V> Codec<V> forType(Type type) {
    requireNonNull(type, "type");
    if (type == byte[].class) {
      return (Codec<V>) bytes();
    }
    if (type == String.class) {
      return (Codec<V>) string();
    }
    return new JsonCodec<>(type);
  }

  /**
   * JSON for a class, by Jackson: see {@link JsonCodec} for what it supports and what it refuses.
   *
   * @param <V> type of the values
   * @param type the class
   * @return a codec; its methods return codecs with other settings
   */
  public static <V> JsonCodec<V> json(Class<V> type) {
    return new JsonCodec<>(type);
  }

  /**
   * JSON for a type with type arguments.
   *
   * @param <V> type of the values
   * @param type for example {@code new TypeRef<List<User>>() {}}
   * @return as {@link #json(Class)}
   */
  public static <V> JsonCodec<V> json(TypeRef<V> type) {
    return new JsonCodec<>(type.type());
  }

  /**
   * Byte arrays as they are, shared and not copied: an application must not change an array that it has put or
   * got.
   *
   * @return a codec
   */
  public static Codec<byte[]> bytes() {
    return new Raw();
  }

  /**
   * Strings as UTF-8.
   *
   * @return a codec
   */
  public static Codec<String> string() {
    return new Text();
  }

  private record Raw() implements Codec<byte[]> {
    @Override
    public String id() {
      return "bytes/1";
    }

    @Override
    public byte[] encode(byte[] value) {
      return value;
    }

    @Override
    public byte[] decode(byte[] bytes) {
      return bytes;
    }
  }

  private record Text() implements Codec<String> {
    @Override
    public String id() {
      return "utf-8/1";
    }

    @Override
    public byte[] encode(String value) {
      try {
        return Utf8.encode(value);
      } catch (IllegalArgumentException e) {
        throw new CodecException("a string can't be written as UTF-8: " + e.getMessage(), e);
      }
    }

    @Override
    public String decode(byte[] bytes) {
      return new String(bytes, UTF_8);
    }
  }
}
