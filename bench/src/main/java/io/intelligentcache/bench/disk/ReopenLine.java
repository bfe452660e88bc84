package io.intelligentcache.bench.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How a store opens that another process has filled.
 *
 * @param workload reopen
 * @param contender the contender
 * @param entries how many entries were filled
 * @param seconds until the first get was answered
 * @param missing entries that were not found
 * @param wrong entries with a wrong value
 * @param indexBytesPerEntry heap of the open store; null if its index is not on the heap
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReopenLine(
    DiskWorkload workload,
    DiskContender contender,
    int entries,
    double seconds,
    long missing,
    long wrong,
    @Nullable Double indexBytesPerEntry)
    implements DiskLine {}
