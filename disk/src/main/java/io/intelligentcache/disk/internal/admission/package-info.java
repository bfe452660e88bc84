/** Decides whether what memory evicts is worth a write. */
@NullMarked
package io.intelligentcache.disk.internal.admission;

import org.jspecify.annotations.NullMarked;
