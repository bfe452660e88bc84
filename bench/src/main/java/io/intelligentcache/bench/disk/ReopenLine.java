package io.intelligentcache.bench.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How a store opens with what another process has left.
 *
 * @param workload reopen
 * @param contender who
 * @param entries that were left
 * @param seconds until the first get was answered
 * @param missing entries that were not there
 * @param wrong entries that had another's value
 * @param indexBytesPerEntry heap that the open store takes; null for those that keep theirs elsewhere
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
