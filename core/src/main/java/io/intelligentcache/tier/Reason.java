package io.intelligentcache.tier;

/** Why a tier refused a request. */
public enum Reason {
  /** Its breaker is open: it failed a moment ago, and gets no requests for a while. */
  OPEN,
  /** Its queue is full. */
  BUSY,
  /** It did not answer within its deadline; whether the operation took effect is unknown. */
  LATE,
  /** It failed, or what it holds for this key can't be trusted. */
  BROKEN,
  /** The entry is larger than the tier takes. */
  TOO_LARGE,
  /** The tier was offered the entry and declined it: the entry did not seem worth a write. */
  DECLINED,
  /** It is closed. */
  CLOSED
}
