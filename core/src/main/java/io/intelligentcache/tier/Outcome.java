package io.intelligentcache.tier;

/** What a tier answers to a write. */
public sealed interface Outcome {
  /** The answer of a tier that did as told, where there is nothing to count. */
  Outcome DONE = new Done(0);

  /** The answer of a tier to a write whose condition does not hold. */
  Outcome UNMET = new Unmet();

  /**
   * Took effect.
   *
   * @param count entries it touched, where the operation counts them, else 0
   */
  record Done(long count) implements Outcome {}

  /**
   * A put took effect in a tier that instances share, and is what the tier has. A put that was
   * overtaken by a later one of another instance is only {@link Done}.
   *
   * @param version which write it is, see {@link Item#version}
   */
  record Stored(Version version) implements Outcome {}

  /** Did not take effect, because something else is there than the caller takes for granted. */
  record Unmet() implements Outcome {}

  /**
   * Did not take effect, or nobody knows ({@link Reason#LATE}). The tier itself sees to it that a
   * refused write never leaves an older value readable under the key.
   *
   * @param why what kept it
   */
  record Refused(Reason why) implements Outcome {}
}
