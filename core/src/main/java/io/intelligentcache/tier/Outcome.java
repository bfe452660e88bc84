package io.intelligentcache.tier;

/** The answer of a tier to a write. */
public sealed interface Outcome {
  /** The answer of a tier that carried out a write, where there is nothing to count. */
  Outcome DONE = new Done(0);

  /** The answer of a tier to a write whose condition does not hold. */
  Outcome UNMET = new Unmet();

  /**
   * The write took effect.
   *
   * @param count entries it affected, where the operation counts them, else 0
   */
  record Done(long count) implements Outcome {}

  /**
   * A put took effect in a tier that instances share, and the tier has this value. If a later write of another
   * instance overtook the put, the answer is {@link Done} instead.
   *
   * @param version which write it is, see {@link Item#version}
   */
  record Stored(Version version) implements Outcome {}

  /** The write did not take effect, because the condition of the caller does not hold. */
  record Unmet() implements Outcome {}

  /**
   * The write did not take effect, or that is unknown ({@link Reason#LATE}). The tier itself makes sure that a
   * refused write never leaves an older value readable under the key.
   *
   * @param why why the tier refused
   */
  record Refused(Reason why) implements Outcome {}
}
