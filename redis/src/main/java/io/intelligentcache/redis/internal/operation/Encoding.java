package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.record.RecordWriter;

/**
 * How entries are written in Redis.
 *
 * @param names the names of the keys
 * @param format the bytes of the records
 * @param writer encodes the records of this instance in that format
 */
public record Encoding(KeyNames names, RecordFormat format, RecordWriter writer) {}
