/** Coherence between instances and between threads: single flights, locks of keys, and the validity of copies. */
@NullMarked
package io.intelligentcache.internal.coherence;

import org.jspecify.annotations.NullMarked;
