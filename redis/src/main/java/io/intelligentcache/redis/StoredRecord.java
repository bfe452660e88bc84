package io.intelligentcache.redis;

/**
 * What Redis holds under a key.
 *
 * @param version the write that made it; later writes of one instance have greater ones
 * @param writer the tier that wrote it, by a number drawn when it was opened
 * @param expiresAtMillis on the clock of Redis, or {@link Long#MAX_VALUE}
 * @param codec fingerprint of the codec of the payload
 * @param rawBytes bytes of the value before compression
 * @param compressed whether the payload is an LZ4 block
 * @param payload the encoded value
 */
record StoredRecord(
    long version,
    long writer,
    long expiresAtMillis,
    int codec,
    int rawBytes,
    boolean compressed,
    byte[] payload) {}
