package io.intelligentcache.bench.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How fast a store was filled and read.
 *
 * @param workload small or mix
 * @param contender the contender
 * @param entries how many entries were put
 * @param bytes bytes of their keys and values
 * @param putsPerSecond until the operating system had all of them
 * @param cpuMicrosPerPut processor time, of all threads
 * @param retries puts that were refused because a queue was full, and put again
 * @param getsPerSecond on one thread; null if not measured
 * @param cpuMicrosPerGet processor time, of all threads
 * @param p50Micros of a get on one thread
 * @param p99Micros of a get on one thread
 * @param getsPerSecondOf2 on two threads together
 * @param p50MicrosOf2 of a get on two threads
 * @param p99MicrosOf2 of a get on two threads
 * @param missing gets that found nothing, although everything was put
 * @param wrong gets that returned a wrong value
 * @param diskPerByte bytes on disk of the closed store, per byte of keys and values
 * @param writtenPerByte bytes written per byte of keys and values; null if the system does not count
 * @param writtenBy the name of the counter
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record FillLine(
    DiskWorkload workload,
    DiskContender contender,
    int entries,
    long bytes,
    double putsPerSecond,
    double cpuMicrosPerPut,
    long retries,
    @Nullable Double getsPerSecond,
    @Nullable Double cpuMicrosPerGet,
    @Nullable Double p50Micros,
    @Nullable Double p99Micros,
    @Nullable Double getsPerSecondOf2,
    @Nullable Double p50MicrosOf2,
    @Nullable Double p99MicrosOf2,
    long missing,
    long wrong,
    double diskPerByte,
    @Nullable Double writtenPerByte,
    String writtenBy)
    implements DiskLine {}
