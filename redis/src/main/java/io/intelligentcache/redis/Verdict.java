package io.intelligentcache.redis;

import java.nio.ByteBuffer;

/** What a conditional write came to. */
sealed interface Verdict {
  /** It was stored. */
  record Stored(boolean replaced) implements Verdict {}

  /** There was something newer, which stays. */
  record Superseded(long by) implements Verdict {}

  /** It came so late that what was newer may have been there and gone; nothing was stored. */
  record Late() implements Verdict {}

  /** Reads the answer of {@link Script#WRITE}. */
  static Verdict of(byte[] answer) {
    if (answer.length == Long.BYTES) {
      return new Superseded(ByteBuffer.wrap(answer).getLong());
    }
    return answer.length == 0
        ? new Stored(false)
        : answer[0] == 'V' ? new Stored(true) : new Late();
  }
}
