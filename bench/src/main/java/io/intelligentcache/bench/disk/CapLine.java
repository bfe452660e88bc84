package io.intelligentcache.bench.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a store did that had room for half of what was put.
 *
 * @param workload cap
 * @param contender who
 * @param entries that were put before, each once
 * @param capBytes the room
 * @param opsPerSecond reads and puts
 * @param cpuMicrosPerOp processor time, of all threads
 * @param hitRatio hits per read
 * @param longestPutMillis while reading through
 * @param p99PutMicros while reading through
 * @param longestFillPutMillis while the entries were put, as fast as it went
 * @param dropped puts that were refused because a queue was full, while reading through
 * @param wrong gets that found something else
 * @param diskPerCap the most bytes on disk at any look, per byte of room
 * @param looks how often that was looked at
 * @param writtenPerByte bytes written per byte put while reading through; null where nobody counts
 * @param writtenBy which count that is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CapLine(
    DiskWorkload workload,
    DiskContender contender,
    int entries,
    long capBytes,
    double opsPerSecond,
    double cpuMicrosPerOp,
    double hitRatio,
    double longestPutMillis,
    double p99PutMicros,
    double longestFillPutMillis,
    long dropped,
    long wrong,
    double diskPerCap,
    int looks,
    @Nullable Double writtenPerByte,
    String writtenBy)
    implements DiskLine {}
