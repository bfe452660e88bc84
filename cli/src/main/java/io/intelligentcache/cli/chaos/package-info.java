/**
 * Several instances over one real Redis, with faults injected and every read judged.
 *
 * <p>{@link io.intelligentcache.cli.chaos.judge.KeyHistory} is the judge, and knows neither caches nor
 * clocks. {@code Ledger} feeds it, {@code Chaos} runs the rest.
 */
@NullMarked
package io.intelligentcache.cli.chaos;

import org.jspecify.annotations.NullMarked;
