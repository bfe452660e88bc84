/** The icm command. */
@NullMarked
package io.intelligentcache.cli;

import org.jspecify.annotations.NullMarked;
