package io.intelligentcache.bench.memory;

/** The result of one contender: a line of the output. */
sealed interface MemoryLine permits TimedLine, MetadataLine {}
