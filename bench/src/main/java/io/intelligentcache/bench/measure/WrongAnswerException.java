package io.intelligentcache.bench.measure;

import org.jspecify.annotations.Nullable;

/** A contender gave a wrong answer or failed. */
public final class WrongAnswerException extends Exception {
  private static final long serialVersionUID = 1;

  /** Creates the exception from the wrong answer or from the failure. */
  public WrongAnswerException(@Nullable Object answer) {
    super("WRONG ANSWER: " + answer, answer instanceof Throwable cause ? cause : null);
  }
}
