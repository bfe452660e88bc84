package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** What the library says in the log. */
public final class Logged {
  private Logged() {}

  /** What is logged, by any thread, while something runs. */
  public static String during(Runnable running) {
    PrintStream before = System.err;
    var log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, UTF_8));
    try {
      running.run();
    } finally {
      System.setErr(before);
    }
    return log.toString(UTF_8);
  }
}
