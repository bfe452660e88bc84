/**
 * The adaptive eviction policy: a rank that is learnt online from how entries come back.
 *
 * <p>{@link io.intelligentcache.memory.adaptive.AdaptivePolicy} explains the idea and names the
 * parts.
 */
@NullMarked
package io.intelligentcache.memory.adaptive;

import org.jspecify.annotations.NullMarked;
