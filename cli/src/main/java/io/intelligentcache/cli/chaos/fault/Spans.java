package io.intelligentcache.cli.chaos.fault;

import io.intelligentcache.cli.console.Failure;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses durations of the command line. */
public final class Spans {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,9})(ms|s)");

  private Spans() {}

  /**
   * Parses {@code 500ms} or {@code 2s}.
   *
   * @param option the name of the option, for the message
   */
  public static Duration parse(String option, String text) {
    Matcher span = SPAN.matcher(text);
    if (!span.matches()) {
      throw Failure.usage(option + " must be like 500ms or 2s: " + text);
    }
    long number = Long.parseLong(span.group(1));
    return span.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
  }
}
