/**
 * The Redis tier: entries that many instances share, on one server.
 *
 * <p>{@link io.intelligentcache.redis.Redis} is the way in. Everything else is how it is done: {@code
 * Connections} owns every connection, {@code RecordFormat} knows the bytes of a value, {@code
 * KeyNames} the bytes of a key.
 */
@NullMarked
package io.intelligentcache.redis;

import org.jspecify.annotations.NullMarked;
