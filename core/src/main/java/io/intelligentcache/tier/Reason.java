package io.intelligentcache.tier;

/** Why a tier did not do what it was asked. */
public enum Reason {
  /** Its breaker is open: it failed a moment ago and is left alone for a while. */
  OPEN,
  /** Its queue is full. */
  BUSY,
  /** It did not answer within its deadline; whether the operation took effect is unknown. */
  LATE,
  /** It failed, or what it holds for this key can't be trusted. */
  BROKEN,
  /** The entry is larger than the tier takes. */
  TOO_LARGE,
  /** It was offered, and did not seem worth a write. */
  DECLINED,
  /** It is closed. */
  CLOSED
}
