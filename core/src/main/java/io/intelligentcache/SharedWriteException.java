package io.intelligentcache;

import io.intelligentcache.tier.Reason;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Redis did not acknowledge a write, and the caller asked for an exception: see {@link WriteReport#orThrow}.
 * The message names the keys and the reason.
 */
public final class SharedWriteException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MOST_NAMED = 5;

  private final transient WriteReport report;

  SharedWriteException(WriteReport report, Reason why) {
    super(message(report.keys(), why));
    this.report = report;
  }

  /** {@return the report of the write; null after the exception was serialized} */
  public WriteReport report() {
    return report;
  }

  private static String message(List<?> keys, Reason why) {
    String named =
        keys.stream().limit(MOST_NAMED).map(String::valueOf).collect(Collectors.joining(", "));
    String more = keys.size() > MOST_NAMED ? " and " + (keys.size() - MOST_NAMED) + " more" : "";
    return "Redis did not acknowledge the write of " + named + more + " (" + why + "): "
        + consequence(why);
  }

  private static String consequence(Reason why) {
    return switch (why) {
      case TOO_LARGE -> "the value is too large, and the key is being removed from Redis";
      case CLOSED -> "the cache manager was closed; it is unknown whether the write took effect";
      case LATE, BROKEN ->
        "it is unknown whether the write took effect; other instances may read an older value until"
            + " this instance has corrected it in Redis";
      case OPEN, BUSY, DECLINED ->
        "other instances may read an older value until this instance has corrected it in Redis";
    };
  }
}
