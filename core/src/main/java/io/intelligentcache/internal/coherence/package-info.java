/**
 * Coherence between instances, and between threads: single flights, locks of keys, and which copies are still valid.
 */
@NullMarked
package io.intelligentcache.internal.coherence;

import org.jspecify.annotations.NullMarked;
