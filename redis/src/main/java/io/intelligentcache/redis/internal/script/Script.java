package io.intelligentcache.redis.internal.script;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Lua script that Redis runs as one atomic step. It is sent by its digest. Redis forgets scripts when it restarts, or
 * on {@code SCRIPT FLUSH}. Then it answers that it does not know the digest, and the whole source is sent, after which
 * Redis knows it again.
 *
 * @param <T> the type of its answer
 */
public final class Script<T extends @Nullable Object> {
  /** Stores a record unless Redis has a newer one. Answers bytes; see {@code WriteResult}. */
  public static final Script<byte[]> WRITE =
      new Script<>(ScriptOutputType.VALUE, "put.lua", "header.lua", "write.lua");

  /** Answers nothing, an empty text, or a record; see {@code Reads.revalidate}. Stores nothing. */
  public static final Script<byte @Nullable []> REVALIDATE =
      new Script<>(ScriptOutputType.VALUE, "header.lua", "revalidate.lua");

  /** Claims a lease of a key without a value. Answers bytes; see {@code Leases}. */
  public static final Script<byte @Nullable []> CLAIM =
      new Script<>(ScriptOutputType.VALUE, "header.lua", "claim.lua");

  /** Releases a lease. */
  public static final Script<Long> RELEASE =
      new Script<>(ScriptOutputType.INTEGER, "header.lua", "release.lua");

  /** Unlinks the records that are not newer than a removal. Answers how many. */
  public static final Script<Long> SWEEP =
      new Script<>(ScriptOutputType.INTEGER, "header.lua", "sweep.lua");

  /** Raises the generation of a space. */
  public static final Script<Long> GENERATION =
      new Script<>(ScriptOutputType.INTEGER, "header.lua", "generation.lua");

  /** Answers the {@code Epoch}. */
  public static final Script<Long> CLOCK =
      new Script<>(ScriptOutputType.INTEGER, "header.lua", "clock.lua");

  /** Reads the sizes of values. Answers a list of numbers; see {@code Reads.getAll}. */
  public static final Script<List<Object>> SIZES =
      new Script<>(ScriptOutputType.MULTI, "header.lua", "sizes.lua");

  /** Reads the sizes and the heads of values. Answers a list of numbers and bytes; see {@code KeyListing}. */
  public static final Script<List<Object>> HEADS =
      new Script<>(ScriptOutputType.MULTI, "header.lua", "heads.lua");

  public static final List<Script<?>> ALL =
      List.of(WRITE, REVALIDATE, CLAIM, RELEASE, SWEEP, GENERATION, CLOCK, SIZES, HEADS);

  private final byte[] source;
  private final String digest;
  private final ScriptOutputType output;

  /** A script made of these files, joined in this order. */
  public Script(ScriptOutputType output, String... files) {
    this.source =
        Stream.of(files).map(Script::read).collect(Collectors.joining()).getBytes(US_ASCII);
    this.digest = digest(source);
    this.output = output;
  }

  public RedisFuture<T> run(
      RedisAsyncCommands<byte[], byte[]> redis, byte[][] keys, byte[]... arguments) {
    return redis.evalsha(digest, output, keys, arguments);
  }

  public RedisFuture<T> runWhole(
      RedisAsyncCommands<byte[], byte[]> redis, byte[][] keys, byte[]... arguments) {
    return redis.eval(source, output, keys, arguments);
  }

  /** Loads the script into Redis. */
  public CompletionStage<String> load(RedisAsyncCommands<byte[], byte[]> redis) {
    return redis.scriptLoad(source);
  }

  public int bytes() {
    return source.length;
  }

  private static String read(String file) {
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + file);
      }
      return new String(in.readAllBytes(), US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[] source) {
    try {
      // Redis identifies scripts by SHA-1; it is not used for security.
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
