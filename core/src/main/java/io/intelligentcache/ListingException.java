package io.intelligentcache;

import org.jspecify.annotations.Nullable;

/**
 * A tier could not list the entries of a cache: see {@link TieredCache#keys(CacheTier)}. The message names the cache,
 * the tier and the reason. Keys that were listed before are in the tier, but others may be missing.
 */
public final class ListingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message whose entries could not be listed, where, and why
   * @param cause the underlying failure, if there is one
   */
  public ListingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
