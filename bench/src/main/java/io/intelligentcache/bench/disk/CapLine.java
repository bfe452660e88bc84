package io.intelligentcache.bench.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The result of a store whose capacity was half of the data.
 *
 * @param workload cap
 * @param contender the contender
 * @param entries how many entries were put before, each once
 * @param capBytes the capacity
 * @param opsPerSecond reads and puts
 * @param cpuMicrosPerOp processor time, of all threads
 * @param hitRatio hits per read
 * @param longestPutMillis in the read-through phase
 * @param p99PutMicros in the read-through phase
 * @param longestFillPutMillis while the entries were put at full speed
 * @param dropped puts that were refused because a queue was full, in the read-through phase
 * @param wrong gets that returned a wrong value
 * @param diskPerCap the most bytes on disk in any check, per byte of capacity
 * @param looks how often the size on disk was checked
 * @param writtenPerByte bytes written per byte put in the read-through phase; null if
 *     the system does not count
 * @param writtenBy the name of the counter
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
