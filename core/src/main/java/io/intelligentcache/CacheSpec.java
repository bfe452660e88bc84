package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.Codecs;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.codec.TypeRef;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.function.Consumer;
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
  private final @Nullable TtlFunction<? super K, ? super V> ttlFunction;
  private final Freshness freshness;
  private final @Nullable Loader<? super K, ? extends V> loader;

  private CacheSpec(Class<K> keyType, Type valueType) {
    this(new Draft<>(keyType, valueType));
  }

  private CacheSpec(Draft<K, V> draft) {
    this.keyType = requireNonNull(draft.keyType, "keyType");
    this.valueType = requireNonNull(draft.valueType, "valueType");
    this.keyCodec = draft.keyCodec;
    this.codec = draft.codec;
    this.weigher = draft.weigher;
    this.ttl = draft.ttl;
    this.ttlFunction = draft.ttlFunction;
    this.freshness = draft.freshness;
    this.loader = draft.loader;
  }

  /** A spec in the making, for one method. */
  private static final class Draft<K, V> {
    final Class<K> keyType;
    final Type valueType;

    @Nullable
    KeyCodec<K> keyCodec;

    @Nullable
    Codec<V> codec;

    @Nullable
    Weigher<? super K, ? super V> weigher;

    @Nullable
    Duration ttl;

    @Nullable
    TtlFunction<? super K, ? super V> ttlFunction;

    Freshness freshness = Freshness.none();

    @Nullable
    Loader<? super K, ? extends V> loader;

    Draft(Class<K> keyType, Type valueType) {
      this.keyType = keyType;
      this.valueType = valueType;
    }
  }

  private CacheSpec<K, V> but(Consumer<Draft<K, V>> change) {
    var draft = new Draft<K, V>(keyType, valueType);
    draft.keyCodec = keyCodec;
    draft.codec = codec;
    draft.weigher = weigher;
    draft.ttl = ttl;
    draft.ttlFunction = ttlFunction;
    draft.freshness = freshness;
    draft.loader = loader;
    change.accept(draft);
    return new CacheSpec<>(draft);
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
    return new CacheSpec<>(keyType, valueType);
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
    return new CacheSpec<>(keyType, valueType.type());
  }

  /**
   * Another way to write keys as text.
   *
   * @param other the codec
   * @return the spec
   */
  public CacheSpec<K, V> keyCodec(KeyCodec<K> other) {
    requireNonNull(other, "keyCodec");
    return but(draft -> draft.keyCodec = other);
  }

  /**
   * Another way to write values as bytes.
   *
   * @param other the codec
   * @return the spec
   */
  public CacheSpec<K, V> codec(Codec<V> other) {
    requireNonNull(other, "codec");
    return but(draft -> draft.codec = other);
  }

  /**
   * Another way to tell how much memory an entry takes.
   *
   * @param other the weigher
   * @return the spec
   */
  public CacheSpec<K, V> weigher(Weigher<? super K, ? super V> other) {
    requireNonNull(other, "weigher");
    return but(draft -> draft.weigher = other);
  }

  /**
   * A time to live for entries that are put without one, in place of the manager's.
   *
   * @param other how long; positive
   * @return the spec
   */
  public CacheSpec<K, V> ttl(Duration other) {
    Duration checked = EntryOptions.Ttl.check("a cache's TTL", other);
    return but(draft -> draft.ttl = checked);
  }

  /**
   * A time to live computed from key and value, for entries whose put or loader gave none.
   *
   * @param function returns null for the cache's or the manager's
   * @return the spec
   */
  public CacheSpec<K, V> ttl(TtlFunction<? super K, ? super V> function) {
    requireNonNull(function, "function");
    return but(draft -> draft.ttlFunction = function);
  }

  /**
   * What to do before a value expires, after, and while it can't be loaded; {@link Freshness#none}
   * unless set.
   *
   * @param settings the settings
   * @return the spec
   */
  public CacheSpec<K, V> freshness(Freshness settings) {
    requireNonNull(settings, "settings");
    return but(draft -> draft.freshness = settings);
  }

  /**
   * A loader of the cache's own: reads that bring none use it.
   *
   * @param other the loader
   * @return the spec
   */
  public CacheSpec<K, V> loader(Loader<? super K, ? extends V> other) {
    requireNonNull(other, "loader");
    return but(draft -> draft.loader = other);
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

  @Nullable
  TtlFunction<? super K, ? super V> ttlFunction() {
    return ttlFunction;
  }

  Freshness freshness() {
    return freshness;
  }

  @Nullable
  Loader<? super K, ? extends V> loader() {
    return loader;
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
