/**
 * The disk tier: a crash-safe log of segments, bounded in bytes.
 *
 * <p>From the outside in: {@code Disk} configures, {@code DiskTier} answers, {@code Reader} and
 * {@code Log} are its two paths, {@code Writer} is the one thread that writes, {@code Recovery}
 * reads the log back. {@code RecordHead} draws the format.
 */
@NullMarked
package io.intelligentcache.disk;

import org.jspecify.annotations.NullMarked;
