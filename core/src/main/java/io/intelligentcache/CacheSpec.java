package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.Codecs;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.codec.TypeRef;
import java.lang.reflect.Type;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a cache holds and how. Immutable; each method returns another spec.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class CacheSpec<K, V> {
  private final Class<K> keyType;
  private final Type valueType;
  private final @Nullable KeyCodec<K> keyCodec;
  private final @Nullable Codec<V> codec;
  private final @Nullable Weigher<? super K, ? super V> weigher;
  private final @Nullable Duration ttl;

  private CacheSpec(
      Class<K> keyType,
      Type valueType,
      @Nullable KeyCodec<K> keyCodec,
      @Nullable Codec<V> codec,
      @Nullable Weigher<? super K, ? super V> weigher,
      @Nullable Duration ttl) {
    this.keyType = requireNonNull(keyType, "keyType");
    this.valueType = requireNonNull(valueType, "valueType");
    this.keyCodec = keyCodec;
    this.codec = codec;
    this.weigher = weigher;
    this.ttl = ttl;
  }

  /**
   * Keys and values of plain types.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param keyType String, Integer, Long, UUID, an enum, or any type with a {@link #keyCodec}
   * @param valueType {@code byte[]}, String, any type that Jackson reads and writes, or any type
   *     with a {@link #codec}
   * @return the spec
   */
  public static <K, V> CacheSpec<K, V> of(Class<K> keyType, Class<V> valueType) {
    return new CacheSpec<>(keyType, valueType, null, null, null, null);
  }

  /**
   * Values of a type with type arguments.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param keyType as in {@link #of(Class, Class)}
   * @param valueType for example {@code new TypeRef<List<User>>() {}}
   * @return the spec
   */
  public static <K, V> CacheSpec<K, V> of(Class<K> keyType, TypeRef<V> valueType) {
    return new CacheSpec<>(keyType, valueType.type(), null, null, null, null);
  }

  /**
   * Another way to write keys as text.
   *
   * @param other the codec
   * @return the spec
   */
  public CacheSpec<K, V> keyCodec(KeyCodec<K> other) {
    requireNonNull(other, "keyCodec");
    return new CacheSpec<>(keyType, valueType, other, codec, weigher, ttl);
  }

  /**
   * Another way to write values as bytes.
   *
   * @param other the codec
   * @return the spec
   */
  public CacheSpec<K, V> codec(Codec<V> other) {
    requireNonNull(other, "codec");
    return new CacheSpec<>(keyType, valueType, keyCodec, other, weigher, ttl);
  }

  /**
   * Another way to tell how much memory an entry takes.
   *
   * @param other the weigher
   * @return the spec
   */
  public CacheSpec<K, V> weigher(Weigher<? super K, ? super V> other) {
    requireNonNull(other, "weigher");
    return new CacheSpec<>(keyType, valueType, keyCodec, codec, other, ttl);
  }

  /**
   * A time to live for entries that are put without one, in place of the manager's.
   *
   * @param other how long; positive
   * @return the spec
   */
  public CacheSpec<K, V> ttl(Duration other) {
    return new CacheSpec<>(
        keyType,
        valueType,
        keyCodec,
        codec,
        weigher,
        EntryOptions.Ttl.check("a cache's TTL", other));
  }

  KeyCodec<K> keys() {
    return keyCodec != null ? keyCodec : KeyCodecs.forType(keyType);
  }

  Codec<V> values() {
    return codec != null ? codec : Codecs.forType(valueType);
  }

  @Nullable
  Weigher<? super K, ? super V> weigher() {
    return weigher;
  }

  @Nullable
  Duration ttl() {
    return ttl;
  }

  /** Whether a cache of this spec can be handed out where the other one was asked for. */
  boolean sameTypes(CacheSpec<?, ?> other) {
    return keyType == other.keyType && valueType.equals(other.valueType);
  }

  @Override
  public String toString() {
    return keyType.getTypeName() + " -> " + valueType.getTypeName();
  }
}
