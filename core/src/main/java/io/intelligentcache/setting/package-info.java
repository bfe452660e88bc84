/** The table of settings: what each is called, what it may be, and what it is unless set. */
@NullMarked
package io.intelligentcache.setting;

import org.jspecify.annotations.NullMarked;
