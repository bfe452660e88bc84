package io.intelligentcache;

/** A failure whose text can't be had: its message throws in turn, so that nothing can wrap it or print it. */
public final class Unprintable extends RuntimeException {
  private static final long serialVersionUID = 1;

  @Override
  public String getMessage() {
    throw new IllegalStateException("getMessage");
  }
}
