/** What the operations on a key space share: its state, and the state of its manager. */
@NullMarked
package io.intelligentcache.internal.runtime;

import org.jspecify.annotations.NullMarked;
