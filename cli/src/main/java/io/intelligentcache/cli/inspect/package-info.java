/** Inspects the directory of a disk tier. */
@NullMarked
package io.intelligentcache.cli.inspect;

import org.jspecify.annotations.NullMarked;
