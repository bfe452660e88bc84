package io.intelligentcache.tier;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a {@link SharedTier} can work at one instant.
 *
 * @param connected whether there is a connection to every server that owns keys, and each key has such a
 *     server
 * @param answering whether these servers answer in time; false while the breaker of one is open
 * @param telling whether these servers report invalidations; true if nobody listens for them
 * @param troubledFor how long at least one of these has been false without interruption; zero if none is
 * @param problem what is wrong, in words and without passwords; null if nothing is
 */
public record SharedHealth(
    boolean connected,
    boolean answering,
    boolean telling,
    Duration troubledFor,
    @Nullable String problem) {}
