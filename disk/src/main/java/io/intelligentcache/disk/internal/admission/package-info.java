/** Decides whether an entry that memory offers is worth a write. */
@NullMarked
package io.intelligentcache.disk.internal.admission;

import org.jspecify.annotations.NullMarked;
