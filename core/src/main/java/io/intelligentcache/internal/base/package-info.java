/** What every other package may use: checks of arguments, and safe handling of what user code throws. */
@NullMarked
package io.intelligentcache.internal.base;

import org.jspecify.annotations.NullMarked;
