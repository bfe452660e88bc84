/**
 * JSON: which types are written as JSON, how strictly, and what identifies their shape.
 *
 * <p>The Jackson module, the rules for each kind of type and the comparison of values belong together; other
 * packages use only a few of them.
 */
@NullMarked
package io.intelligentcache.internal.codec.json;

import org.jspecify.annotations.NullMarked;
