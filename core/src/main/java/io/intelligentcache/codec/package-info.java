/** Encoding of values and keys as bytes: codecs and compression. */
@NullMarked
package io.intelligentcache.codec;

import org.jspecify.annotations.NullMarked;
