package io.intelligentcache.bench.memory;

/** What was measured of one contender: a line of the output. */
sealed interface MemoryLine permits TimedLine, MetadataLine {}
