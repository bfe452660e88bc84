/**
 * Several instances share one real Redis; faults are injected and every read is judged.
 *
 * <p>{@link io.intelligentcache.cli.chaos.judge.KeyHistory} judges the reads. It uses no cache and no
 * clock. {@code Ledger} records the reads and writes in it, {@code Chaos} runs everything else.
 */
@NullMarked
package io.intelligentcache.cli.chaos;

import org.jspecify.annotations.NullMarked;
