/** What keeps copies of one key from contradicting each other: the order of writes and of fills. */
@NullMarked
package io.intelligentcache.coherence;

import org.jspecify.annotations.NullMarked;
