package io.intelligentcache.redis.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.record.RecordKind;
import io.intelligentcache.redis.internal.record.StoredRecord;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Version;
import io.lettuce.core.ScriptOutputType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * put.lua runs before write.lua and decides the usual cases with fewer commands. In every case both together must do
 * what write.lua does alone.
 */
@ExtendWith(Effort.class)
final class PutScriptTest {
  private static final int CASES = Effort.of(1_000, 50_000, "cases");
  private static final Script<byte[]> SLOW =
      new Script<>(ScriptOutputType.VALUE, "header.lua", "write.lua");

  private static final String NAME = "icm:cache::k";
  private static final String GENERATION = "icm%cache";
  private static final String SET_BACK = "icm:%setback";
  private static final String CLOCK = "icm:%clock";
  private static final List<String> NAMES = List.of(NAME, GENERATION, SET_BACK, CLOCK);

  /** Far from each other and from the limits in the scripts, so that the duration of a case does not matter. */
  private static final long[] OFFSETS_MICROS = {-60_000_000, -9_000_000, -2_000_000, 60_000_000};

  private static final long[] WRITERS = {1, 2, -3};
  private static final RedisServerProcess SERVER = RedisServerProcess.launch();
  private static final RawRedis RAW = new RawRedis(SERVER);

  @RegisterExtension
  private final Seed seed = new Seed();

  private final Random random = seed.random();

  @AfterAll
  static void stop() {
    RAW.close();
    SERVER.close();
  }

  @Test
  void storesAndAnswersWhatTheProgramBehindItDoesAlone() {
    int stored = 0;
    for (int i = 0; i < CASES; i++) {
      long now = RAW.micros();
      byte[][] before = {stored(now), sometimes(generation(now)), sometimes(mark()), clock(now)};
      byte[][] arguments = {record(RecordKind.VALUE, now), px(), last(now), new byte[0]};
      List<Object> both = outcome(Script.WRITE, before, arguments);
      assertThat(both).as("seed %s, case %s", seed, i).isEqualTo(outcome(SLOW, before, arguments));
      stored += RAW.commands().get(NAME) == null ? 0 : 1;
    }
    assertThat(stored).isPositive();
  }

  /** The answer, the record that is stored afterwards, and whether it expires. */
  private static List<Object> outcome(Script<byte[]> script, byte[][] before, byte[]... arguments) {
    for (int i = 0; i < before.length; i++) {
      if (before[i].length == 0) {
        RAW.commands().del(NAMES.get(i));
      } else {
        RAW.commands().set(NAMES.get(i), before[i]);
      }
    }
    byte[] answer = RAW.answer(script, NAMES, arguments);
    byte[] after = RAW.commands().get(NAME);
    return List.of(
        ByteBuffer.wrap(answer),
        ByteBuffer.wrap(after == null ? new byte[0] : after),
        RAW.commands().pttl(NAME) > 0);
  }

  private byte[] stored(long now) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> new byte[0];
      case 2 -> "foreign bytes that are no record at all".getBytes(UTF_8);
      case 3 -> record(RecordKind.TOMBSTONE, now);
      case 4 -> damaged(record(RecordKind.VALUE, now));
      default -> record(RecordKind.VALUE, now);
    };
  }

  private byte[] damaged(byte[] record) {
    record[random.nextInt(Math.min(56, record.length))] ^= (byte) (1 << random.nextInt(8));
    return record;
  }

  private byte[] record(RecordKind kind, long now) {
    long micros = now + any(OFFSETS_MICROS);
    var version = new Version(epoch() | micros, any(WRITERS));
    long expires = random.nextBoolean() ? Item.NEVER : now / 1_000 + 3_600_000;
    long origin = (random.nextInt(4) == 0 ? now + any(OFFSETS_MICROS) : micros) / 1_000;
    long error = random.nextInt(3) * 100L;
    return new RecordFormat(1_000)
        .write(
            NAME.getBytes(UTF_8),
            kind == RecordKind.VALUE
                ? StoredRecord.value(version, origin, error, expires, item(expires))
                : StoredRecord.tombstone(version, origin, error, expires));
  }

  private Item item(long expires) {
    byte[] payload = new byte[random.nextInt(40)];
    random.nextBytes(payload);
    return new Item(payload, payload.length, false, 7, expires);
  }

  private byte[] generation(long now) {
    return ByteBuffer.allocate(3 * Long.BYTES)
        .putLong(epoch() | now + any(OFFSETS_MICROS))
        .putLong(any(WRITERS))
        .putLong(now + any(OFFSETS_MICROS))
        .array();
  }

  private byte[] mark() {
    return Arguments.decimal(1 + random.nextInt(2));
  }

  private byte[] clock(long now) {
    String known = random.nextInt(2) + " " + (now + any(OFFSETS_MICROS));
    return random.nextBoolean() ? known.getBytes(US_ASCII) : new byte[0];
  }

  private byte[] px() {
    return Arguments.decimal(random.nextBoolean() ? 0 : 60_000);
  }

  private byte[] last(long now) {
    return Arguments.decimal(random.nextInt(8) == 0 ? 0 : now + any(OFFSETS_MICROS) + 5_000_000);
  }

  private long epoch() {
    return (long) random.nextInt(2) << Versions.EPOCH_SHIFT;
  }

  private byte[] sometimes(byte[] bytes) {
    return random.nextInt(3) == 0 ? bytes : new byte[0];
  }

  private long any(long[] some) {
    return some[random.nextInt(some.length)];
  }
}
