package io.intelligentcache.internal.stats;

import io.intelligentcache.stats.Health;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The health of a manager, as it was read. */
public record HealthReading(
    boolean configured,
    boolean connected,
    boolean answering,
    boolean hearing,
    Duration window,
    Duration bound,
    Duration troubledFor,
    @Nullable String problem)
    implements Health {}
