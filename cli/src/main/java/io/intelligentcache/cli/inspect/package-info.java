/** Looks into a disk tier's directory. */
@NullMarked
package io.intelligentcache.cli.inspect;

import org.jspecify.annotations.NullMarked;
