package io.intelligentcache.bench.measure;

import org.jspecify.annotations.Nullable;

/** A contender did not do what it was asked for. */
public final class WrongAnswerException extends Exception {
  private static final long serialVersionUID = 1;

  /** What was answered, or what went wrong. */
  public WrongAnswerException(@Nullable Object answer) {
    super("WRONG ANSWER: " + answer, answer instanceof Throwable cause ? cause : null);
  }
}
