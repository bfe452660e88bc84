package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.record.RecordFormat;
import java.nio.ByteBuffer;

/** The result of a write that Redis stores only if no newer record and no condition prevents it. */
sealed interface WriteResult {
  /** It was stored. */
  record Stored(boolean replaced) implements WriteResult {}

  /**
   * Redis has a newer record, which stays.
   *
   * @param by the version of that record
   * @param writer the instance that wrote it, or 0 if that is not known
   * @param originMillis when its write began, or 0
   * @param errorMicros how far that time may be from the truth
   */
  record Superseded(long by, long writer, long originMillis, long errorMicros)
      implements WriteResult {}

  /** The write came so late that a newer record may have been stored and be gone meanwhile. Nothing was stored. */
  record Late() implements WriteResult {}

  /** The condition does not hold. */
  record Unmet() implements WriteResult {}

  /** Decodes the answer of {@code Script.WRITE}. */
  static WriteResult of(byte[] answer) {
    if (answer.length == 3 * Long.BYTES + Short.BYTES) {
      ByteBuffer in = ByteBuffer.wrap(answer);
      return new Superseded(
          in.getLong(), in.getLong(), in.getLong(), RecordFormat.errorMicros(in.getShort()));
    }
    if (answer.length == 0) {
      return new Stored(false);
    }
    return switch (answer[0]) {
      case 'V' -> new Stored(true);
      case 'C' -> new Unmet();
      default -> new Late();
    };
  }
}
