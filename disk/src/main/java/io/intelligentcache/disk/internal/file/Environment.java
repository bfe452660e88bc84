package io.intelligentcache.disk.internal.file;

import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.TimeSource;
import java.util.UUID;

/**
 * What a store gets from outside, so that a test can replace it. RocksDB calls it {@code Env}.
 *
 * @param time how old entries are, and when they expire
 * @param scheduler how long to wait, and when to try again
 * @param bootId identifies this run of the operating system
 * @param files opens segment files
 */
public record Environment(
    TimeSource time, Scheduler scheduler, UUID bootId, SegmentOutput.Opener files) {}
