/** Items: how values are encoded for the tiers below memory, compressed, and checked to come back unchanged. */
@NullMarked
package io.intelligentcache.internal.codec;

import org.jspecify.annotations.NullMarked;
