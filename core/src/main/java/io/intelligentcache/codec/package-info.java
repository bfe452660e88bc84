/** Values and keys as bytes: codecs, compression, and the form in which a value leaves memory. */
@NullMarked
package io.intelligentcache.codec;

import org.jspecify.annotations.NullMarked;
