package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.record.RecordFormat;
import java.nio.ByteBuffer;

/** What a conditional write came to. */
sealed interface WriteResult {
  /** It was stored. */
  record Stored(boolean replaced) implements WriteResult {}

  /**
   * There was something newer, which stays.
   *
   * @param by its version
   * @param writer who wrote it, or 0 if that is not known
   * @param originMillis when it was written, or 0
   * @param errorMicros how far that may be from the truth
   */
  record Superseded(long by, long writer, long originMillis, long errorMicros)
      implements WriteResult {}

  /** It came so late that what was newer may have been there and gone; nothing was stored. */
  record Late() implements WriteResult {}

  /** The condition does not hold. */
  record Unmet() implements WriteResult {}

  /** Reads the answer of {@code Script.WRITE}. */
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
