package io.intelligentcache.internal.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.tier.Item;
import java.util.Arrays;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/**
 * Converts the values of one cache to items and back: encodes them, and compresses them where that pays.
 *
 * @param <V> type of the values
 */
public final class ItemFormat<V> {
  /** The largest expansion of an LZ4 block: every byte of a block adds at most 255 to a length. */
  private static final int MOST_EXPANSION = 255;

  /** The most bytes a value may take when encoded: 256 MiB. */
  public static final int MAX_RAW_BYTES = 256 << 20;

  /** A value stays uncompressed unless the compressed form takes at most this share, in per cent. */
  private static final int WORTH_IT = 95;

  private final Codec<V> codec;
  private final RoundTrips<V> checked;
  private final int fingerprint;
  private final Compression compression;
  private final LZ4Compressor compressor = Lz4.FACTORY.fastCompressor();
  private final LZ4SafeDecompressor decompressor = Lz4.FACTORY.safeDecompressor();

  /**
   * Makes a format.
   *
   * @param codec encodes and decodes the values
   * @param compression which of them are compressed
   * @throws IllegalArgumentException if the codec does not support the type of its values
   */
  public ItemFormat(Codec<V> codec, Compression compression) {
    this.codec = requireNonNull(codec, "codec");
    this.checked = new RoundTrips<>(codec);
    this.compression = requireNonNull(compression, "compression");
    String id = codec.id();
    if (id == null) {
      throw new IllegalArgumentException("the id of codec " + codec + " of "
          + codec.getClass().getName() + " is null: give it a text, such as \"point/1\"");
    }
    this.fingerprint = fingerprint(id);
  }

  /**
   * Encodes a value. The first value of each class, and later ones now and then, are read back and compared,
   * see {@link Codec}.
   *
   * @param value the value
   * @param expiresAtMillis see {@link Item#expiresAtMillis}
   * @return an item
   * @throws CodecException if the codec can't encode it, values of its class do not come back unchanged, or
   *     it takes more than {@value #MAX_RAW_BYTES} bytes
   */
  public Item encode(V value, long expiresAtMillis) {
    byte[] raw = checked.encode(value);
    if (raw.length > MAX_RAW_BYTES) {
      throw new CodecException(
          "a value may take " + MAX_RAW_BYTES + " bytes encoded, this one takes " + raw.length,
          null);
    }
    if (raw.length >= compression.threshold()) {
      byte[] block = new byte[compressor.maxCompressedLength(raw.length)];
      int length = compressor.compress(raw, 0, raw.length, block, 0);
      if (length <= (long) raw.length * WORTH_IT / 100) {
        return new Item(
            Arrays.copyOf(block, length), raw.length, true, fingerprint, expiresAtMillis);
      }
    }
    return new Item(raw, raw.length, false, fingerprint, expiresAtMillis);
  }

  /**
   * Encodes a value and reads it back, if it is the first of its class. For others this costs one field access.
   *
   * @param value the value, which may be encoded later
   * @throws CodecException if the codec refuses it, or values of its class do not come back unchanged
   */
  public void checkFirst(V value) {
    checked.checkFirst(value);
  }

  /**
   * Decodes a value.
   *
   * @param item an item from a tier; another version or another program may have written it
   * @return the value, or null if this codec can't decode it, values of its class do not come back
   *     unchanged, or it is an absence
   */
  public @Nullable V decode(Item item) {
    if (item.codec() != fingerprint || item.isAbsence()) {
      return null;
    }
    try {
      V value = codec.decode(item.compressed() ? decompress(item) : item.payload());
      return value == null || checked.isRefused(value.getClass()) ? null : value;
    } catch (RuntimeException | StackOverflowError unreadable) {
      return null;
    }
  }

  private byte[] decompress(Item item) {
    if (item.rawBytes() > MAX_RAW_BYTES
        || item.rawBytes() > (long) item.payload().length * MOST_EXPANSION) {
      throw new CodecException(
          "no LZ4 block of this size holds " + item.rawBytes() + " bytes", null);
    }
    byte[] raw = new byte[item.rawBytes()];
    int length = decompressor.decompress(item.payload(), 0, item.payload().length, raw, 0);
    if (length != raw.length) {
      throw new CodecException("an LZ4 block holds " + length + " bytes, not " + raw.length, null);
    }
    return raw;
  }

  private static int fingerprint(String id) {
    var crc = new CRC32C();
    crc.update(id.getBytes(UTF_8));
    return (int) crc.getValue();
  }
}
