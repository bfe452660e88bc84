/**
 * The disk tier: a crash-safe log of segments, bounded in bytes.
 *
 * <p>Start at {@link io.intelligentcache.disk.Disk}.
 */
@NullMarked
package io.intelligentcache.disk;

import org.jspecify.annotations.NullMarked;
