/** The table of settings: names, defaults and limits. */
@NullMarked
package io.intelligentcache.internal.setting;

import org.jspecify.annotations.NullMarked;
