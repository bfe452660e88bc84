package io.intelligentcache.bench.memory;

/** A contender could not be measured. */
public final class FailedStepException extends Exception {
  private static final long serialVersionUID = 1;

  FailedStepException(Block block, Contender contender, Exception cause) {
    super(block + ", " + contender + " failed: " + cause.getMessage(), cause);
  }
}
