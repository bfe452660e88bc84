package io.intelligentcache;

import static io.intelligentcache.internal.setting.Settings.CACHE_TTL;
import static io.intelligentcache.internal.setting.Settings.OUTAGE_AGE;
import static java.util.Objects.requireNonNull;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.Codecs;
import io.intelligentcache.codec.JsonCodec;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.codec.TypeRef;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a cache holds and how. Immutable; each method that sets something returns another spec.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class CacheSpec<K, V> {
  private final Settings<K, V> settings;

  private CacheSpec(Settings<K, V> settings) {
    this.settings = settings;
  }

  /** The settings of a spec. Not changed once a spec holds them. */
  private static final class Settings<K, V> {
    final Class<K> keyType;
    final Type valueType;

    @Nullable
    KeyCodec<K> keyCodec;

    @Nullable
    Codec<V> codec;

    boolean memoryOnly;

    @Nullable
    Weigher<? super K, ? super V> weigher;

    @Nullable
    Duration ttl;

    @Nullable
    TtlFunction<? super K, ? super V> ttlFunction;

    Freshness freshness = Freshness.none();
    Outage outage = Outage.bounded(OUTAGE_AGE.defaultValue());

    @Nullable
    Loader<? super K, ? extends V> loader;

    @Nullable
    Executor loaderExecutor;

    @Nullable
    CacheListener<? super K, ? super V> listener;

    Settings(Class<K> keyType, Type valueType) {
      this.keyType = requireNonNull(keyType, "keyType");
      if (keyType.isArray()) {
        throw new IllegalArgumentException("keys of type " + keyType.getTypeName()
            + " would never be found again: an array is equal only to itself; use a String, a List or a"
            + " record with an equals of its own");
      }
      this.valueType = requireNonNull(valueType, "valueType");
    }

    Settings(Settings<K, V> other) {
      this(other.keyType, other.valueType);
      keyCodec = other.keyCodec;
      codec = other.codec;
      memoryOnly = other.memoryOnly;
      weigher = other.weigher;
      ttl = other.ttl;
      ttlFunction = other.ttlFunction;
      freshness = other.freshness;
      outage = other.outage;
      loader = other.loader;
      loaderExecutor = other.loaderExecutor;
      listener = other.listener;
    }
  }

  private CacheSpec<K, V> but(Consumer<Settings<K, V>> change) {
    var changed = new Settings<>(settings);
    change.accept(changed);
    return new CacheSpec<>(changed);
  }

  /**
   * A spec for keys and values of types without type arguments.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param keyType String, Integer, Long, UUID, an enum, or any type with a {@link #keyCodec}; any type, also
   *     {@code Object}, in a cache that uses memory only
   * @param valueType {@code byte[]}, String, or a type that {@link io.intelligentcache.codec.JsonCodec
   *     JSON} supports; any type with a {@link #codec}, or in a cache that uses memory only
   * @return the spec
   * @throws IllegalArgumentException if the keys are arrays, which are equal only to themselves
   */
  public static <K, V> CacheSpec<K, V> of(Class<K> keyType, Class<V> valueType) {
    return new CacheSpec<>(new Settings<>(keyType, valueType));
  }

  /**
   * A spec for values of a type with type arguments.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param keyType as in {@link #of(Class, Class)}
   * @param valueType for example {@code new TypeRef<List<User>>() {}}
   * @return the spec
   * @throws IllegalArgumentException as {@link #of(Class, Class)}
   */
  public static <K, V> CacheSpec<K, V> of(Class<K> keyType, TypeRef<V> valueType) {
    return new CacheSpec<>(new Settings<>(keyType, valueType.type()));
  }

  /**
   * Sets how keys are written as text.
   *
   * @param other the codec
   * @return the spec
   */
  public CacheSpec<K, V> keyCodec(KeyCodec<K> other) {
    requireNonNull(other, "keyCodec");
    return but(to -> to.keyCodec = other);
  }

  /**
   * Sets how values are encoded as bytes. A value that the codec does not read back as it was is refused, see
   * {@link Codec}.
   *
   * @param other the codec
   * @return the spec
   */
  public CacheSpec<K, V> codec(Codec<V> other) {
    requireNonNull(other, "codec");
    return but(to -> to.codec = other);
  }

  /**
   * Keeps values in memory only: nothing of this cache is written to disk or Redis, or read from there. So keys
   * and values may be of any type, and a read returns the object that was put. An evicted entry is lost, and after a restart the cache is empty. Other
   * instances do not see its entries, and receive no invalidations for them.
   *
   * @return the spec
   */
  public CacheSpec<K, V> memoryOnly() {
    return but(to -> to.memoryOnly = true);
  }

  /**
   * Sets how much memory an entry takes, in place of the built-in measurement.
   *
   * @param other the weigher
   * @return the spec
   */
  public CacheSpec<K, V> weigher(Weigher<? super K, ? super V> other) {
    requireNonNull(other, "weigher");
    return but(to -> to.weigher = other);
  }

  /**
   * Sets the time to live of entries that are put without one, in place of the manager's default.
   *
   * @param other how long; positive
   * @return the spec
   */
  public CacheSpec<K, V> ttl(Duration other) {
    Duration checked = CACHE_TTL.check(other);
    return but(to -> to.ttl = checked);
  }

  /**
   * Sets a function that computes the time to live from key and value. It is used if neither the put nor the
   * loader sets one.
   *
   * @param function returns null for the cache's or the manager's time to live
   * @return the spec
   */
  public CacheSpec<K, V> ttl(TtlFunction<? super K, ? super V> function) {
    requireNonNull(function, "function");
    return but(to -> to.ttlFunction = function);
  }

  /**
   * Sets what to do before a value expires, after it expires, and while it can't be loaded; {@link
   * Freshness#none} unless set.
   *
   * @param settings the settings
   * @return the spec
   */
  public CacheSpec<K, V> freshness(Freshness settings) {
    requireNonNull(settings, "settings");
    return but(to -> to.freshness = settings);
  }

  /**
   * Sets which copies the cache answers while Redis does not answer. Unless set: copies that were right within
   * the last 30 seconds.
   *
   * @param setting the setting
   * @return the spec
   */
  public CacheSpec<K, V> outage(Outage setting) {
    requireNonNull(setting, "setting");
    return but(to -> to.outage = setting);
  }

  /**
   * Sets the cache's own loader. Reads that are called without a loader use it.
   *
   * @param other the loader
   * @return the spec
   */
  public CacheSpec<K, V> loader(Loader<? super K, ? extends V> other) {
    requireNonNull(other, "loader");
    return but(to -> to.loader = other);
  }

  /**
   * Runs the loaders of this cache, in place of the manager's threads or executor. The manager does not shut it
   * down. On a JDK that has virtual threads, {@code Executors.newVirtualThreadPerTaskExecutor()} runs each load
   * on a thread of its own.
   *
   * <p>Where memory is the only tier, reads call {@code execute} in the caller's thread. With a disk, the
   * synchronous {@code get} and {@code lookup} do so too. Otherwise a loader thread calls it.
   *
   * @param executor should refuse tasks rather than queue them without bound
   * @return the spec
   */
  public CacheSpec<K, V> loaderExecutor(Executor executor) {
    requireNonNull(executor, "executor");
    return but(to -> to.loaderExecutor = executor);
  }

  /**
   * Sets a listener. It receives the events of the cache's entries in memory, those of tenants included; none
   * unless set.
   *
   * @param other the listener
   * @return the spec
   */
  public CacheSpec<K, V> listener(CacheListener<? super K, ? super V> other) {
    requireNonNull(other, "listener");
    return but(to -> to.listener = other);
  }

  /** {@return how keys are written as text: the codec that was set, or else the one of their type} */
  public KeyCodec<K> keyCodec() {
    var codec = settings.keyCodec;
    return codec != null ? codec : KeyCodecs.forType(settings.keyType);
  }

  boolean isMemoryOnly() {
    return settings.memoryOnly;
  }

  boolean hasCodec() {
    return settings.codec != null;
  }

  /** Whether values that are written below memory are written as JSON. */
  boolean writesJson() {
    return settings.codec == null
        ? settings.valueType != String.class && settings.valueType != byte[].class
        : settings.codec instanceof JsonCodec;
  }

  /**
   * How values are encoded below memory: the codec that was set, or else the one of their type.
   *
   * @return the codec
   * @throws IllegalArgumentException if none is set, and there is none for their type
   */
  public Codec<V> valueCodec() {
    Codec<V> codec = settings.codec;
    return codec != null ? codec : Codecs.forType(settings.valueType);
  }

  /** {@return the weigher, or null if the cache measures entries itself} */
  public @Nullable Weigher<? super K, ? super V> weigher() {
    return settings.weigher;
  }

  /** {@return the time to live, or null for the manager's default} */
  public @Nullable Duration ttl() {
    return settings.ttl;
  }

  /** {@return the function that computes the time to live of an entry, or null} */
  public @Nullable TtlFunction<? super K, ? super V> ttlFunction() {
    return settings.ttlFunction;
  }

  /** {@return how fresh values have to be} */
  public Freshness freshness() {
    return settings.freshness;
  }

  /** {@return which copies are answered while Redis does not answer} */
  public Outage outage() {
    return settings.outage;
  }

  /** {@return the loader of reads that are called without one, or null} */
  public @Nullable Loader<? super K, ? extends V> loader() {
    return settings.loader;
  }

  /** {@return the executor of this cache's loaders, or null for the manager's} */
  public @Nullable Executor loaderExecutor() {
    return settings.loaderExecutor;
  }

  /** {@return the listener, or null} */
  public @Nullable CacheListener<? super K, ? super V> listener() {
    return settings.listener;
  }

  /** Whether a cache of this spec can be returned where the other spec was requested. */
  boolean sameTypes(CacheSpec<?, ?> other) {
    return settings.keyType == other.settings.keyType
        && settings.valueType.equals(other.settings.valueType);
  }

  @Override
  public String toString() {
    return settings.keyType.getTypeName() + " -> " + settings.valueType.getTypeName();
  }
}
