package io.intelligentcache.redis.internal.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Converts keys to names in Redis and back: {@code namespace:cache:tenant:key}.
 *
 * <p>Letters, digits and {@code _.-} are kept as they are. Any other byte is written as {@code %XX}. So no part
 * contains the colon that separates the parts, and no name contains a character that has a meaning in a pattern of
 * {@code MATCH}. Each key has exactly one name. A name in any other spelling belongs to another application.
 */
public final class KeyNames {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(US_ASCII);

  private static final String GENERATION = "%generation";
  private static final byte[] SUFFIX = GENERATION.getBytes(US_ASCII);

  private final byte[] namespace;

  public KeyNames(String namespace) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    escape(bytes(namespace), out);
    out.write(':');
    this.namespace = out.toByteArray();
  }

  /** The common prefix of all names of this cache. */
  public byte[] prefix() {
    return namespace;
  }

  /**
   * The channel on which changes are published. No key has this name, because the name of a key contains three colons.
   */
  public byte[] channel() {
    return append(namespace, namespace.length, "changes");
  }

  /** The name of the clock, see {@code Epoch}. In a key's name, a percent sign is never followed by these letters. */
  public byte[] clock() {
    return append(namespace, namespace.length, "%clock");
  }

  /** The name of the mark that the clock was set back. */
  public byte[] setBack() {
    return append(namespace, namespace.length, "%setback");
  }

  /** The name of a space's generation, see {@code Generations}. */
  public byte[] generation(Space space) {
    byte[] prefix = prefix(space);
    return append(prefix, prefix.length - 1, GENERATION);
  }

  /** The name of the generation of the space to which the key with this name belongs. */
  public static byte[] generation(byte[] name) {
    int colon = name.length - 1;
    while (name[colon] != ':') {
      colon--;
    }
    return append(name, colon, GENERATION);
  }

  /**
   * The name of a generation in one slot of a cluster. It does not begin with {@link #prefix}, because Redis would send
   * invalidations to all instances when it changes.
   *
   * @param generation the name of the generation where one server has all keys
   * @param tag a hash tag of that slot; braces are escaped in all other parts
   */
  public byte[] generation(byte[] generation, byte[] tag) {
    ByteArrayOutputStream name = new ByteArrayOutputStream(generation.length + tag.length + 2);
    int space = namespace.length - 1; // at the colon before it
    name.write(namespace, 0, space);
    name.writeBytes(SUFFIX);
    name.write(generation, space, generation.length - SUFFIX.length - space);
    return tagged(name, tag);
  }

  /** The name of the generation of all spaces in a slot. */
  public byte[] generationOfAll(byte[] tag) {
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    name.write(namespace, 0, namespace.length - 1);
    name.writeBytes(SUFFIX);
    return tagged(name, tag);
  }

  private static byte[] tagged(ByteArrayOutputStream name, byte[] tag) {
    name.write('{');
    name.writeBytes(tag);
    name.write('}');
    return name.toByteArray();
  }

  private static byte[] append(byte[] start, int length, String end) {
    byte[] name = Arrays.copyOf(start, length + end.length());
    System.arraycopy(end.getBytes(US_ASCII), 0, name, length, end.length());
    return name;
  }

  /** The common prefix of all names of a space. */
  public byte[] prefix(Space space) {
    return start(space, 0).toByteArray();
  }

  /** The prefix of a key's name, up to the key itself; null if the name has no such part. */
  public byte @Nullable [] prefixOf(byte[] name) {
    int tenant = startsWith(name, namespace) ? indexOf(name, namespace.length) : -1;
    int key = tenant < 0 ? -1 : indexOf(name, tenant + 1);
    return key < 0 ? null : Arrays.copyOf(name, key + 1);
  }

  public byte[] name(TierKey key) {
    ByteArrayOutputStream out = start(key.space(), key.bytes().length);
    escape(key.bytes(), out);
    return out.toByteArray();
  }

  /** The key that has this name, or null if it is no name of a key of this cache. */
  @Nullable
  public TierKey key(byte[] name) {
    if (!isOurs(name)) {
      return null;
    }
    int tenant = indexOf(name, namespace.length);
    int key = indexOf(name, tenant + 1);
    byte[] bytes = unescape(name, key + 1, name.length);
    try {
      return bytes == null
          ? null
          : new TierKey(
              new Space(text(name, namespace.length, tenant), text(name, tenant + 1, key)), bytes);
    } catch (IllegalArgumentException e) {
      return null; // too long to be one of ours
    }
  }

  private static String text(byte[] name, int from, int to) {
    byte[] part = unescape(name, from, to);
    return part == null ? "" : new String(part, UTF_8);
  }

  /** The bytes of the key in a name, or null if the name does not consist of this prefix and a key. */
  public static byte @Nullable [] key(byte[] prefix, byte[] name) {
    return startsWith(name, prefix) ? unescape(name, prefix.length, name.length) : null;
  }

  /** Whether this is the name of a key of some space of this cache. */
  boolean isOurs(byte[] name) {
    if (!startsWith(name, namespace)) {
      return false;
    }
    int tenant = indexOf(name, namespace.length);
    int key = tenant < 0 ? -1 : indexOf(name, tenant + 1);
    return key >= 0
        && tenant > namespace.length
        && unescape(name, namespace.length, tenant) != null
        && unescape(name, tenant + 1, key) != null
        && unescape(name, key + 1, name.length) != null;
  }

  private ByteArrayOutputStream start(Space space, int keyBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(namespace.length
        + 2 * space.cache().length()
        + 2 * space.tenant().length()
        + keyBytes
        + keyBytes / 4
        + 2);
    out.writeBytes(namespace);
    escape(bytes(space.cache()), out);
    out.write(':');
    escape(bytes(space.tenant()), out);
    out.write(':');
    return out;
  }

  private static void escape(byte[] part, ByteArrayOutputStream out) {
    for (byte b : part) {
      if (plain(b)) {
        out.write(b);
      } else {
        out.write('%');
        out.write(HEX[(b >> 4) & 15]);
        out.write(HEX[b & 15]);
      }
    }
  }

  private static byte @Nullable [] unescape(byte[] name, int from, int to) {
    byte[] part = new byte[to - from];
    int size = 0;
    for (int i = from; i < to; i++) {
      byte b = name[i];
      if (b == '%') {
        int high = i + 2 < to ? hex(name[i + 1]) : -1;
        int low = i + 2 < to ? hex(name[i + 2]) : -1;
        b = (byte) ((high << 4) | low);
        if (high < 0 || low < 0 || plain(b)) {
          return null;
        }
        i += 2;
      } else if (!plain(b)) {
        return null;
      }
      part[size++] = b;
    }
    return Arrays.copyOf(part, size);
  }

  private static int hex(byte digit) {
    return digit >= '0' && digit <= '9'
        ? digit - '0'
        : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
  }

  private static boolean plain(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '_'
        || b == '.'
        || b == '-';
  }

  private static boolean startsWith(byte[] name, byte[] prefix) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static int indexOf(byte[] name, int from) {
    for (int i = from; i < name.length; i++) {
      if (name[i] == ':') {
        return i;
      }
    }
    return -1;
  }

  /** UTF-8, except that an unpaired surrogate keeps its own bytes; the JDK would write a question mark. */
  private static byte[] bytes(String name) {
    if (UTF_8.newEncoder().canEncode(name)) {
      return name.getBytes(UTF_8);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    name.codePoints().forEach(c -> {
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        out.write(0xE0 | (c >> 12));
        out.write(0x80 | ((c >> 6) & 63));
        out.write(0x80 | (c & 63));
      } else {
        out.writeBytes(Character.toString(c).getBytes(UTF_8));
      }
    });
    return out.toByteArray();
  }
}
