package io.intelligentcache.tier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every tier must do. Each tier's test extends this, says how to open the tier and how time
 * passes, and adds nothing else.
 *
 * <p>The tier must have room for 64 MB, so that nothing is evicted here, and take payloads of 1 MB.
 */
public abstract class TierContract {
  private static final Space USERS = new Space("users", "");
  private static final Duration TTL = Duration.ofSeconds(1);

  private Tier tier;

  /** Opens a tier that is empty, at least of the spaces used here. */
  protected abstract Tier open() throws Exception;

  /** The clock that the tier was given. */
  protected abstract TimeSource time();

  /** Returns once at least this much time has passed on the tier's clock. */
  protected abstract void letPass(Duration time);

  /** The size of a payload that the tier refuses as too large. */
  protected abstract int tooLargeBytes();

  /** How much earlier an expiry may be in a tier whose own clock goes on while {@link #time} stands. */
  protected Duration earlier() {
    return Duration.ZERO;
  }

  /** How many times a test clears or lists a space. Fewer if that takes the tier long. */
  protected int clears() {
    return 20;
  }

  @BeforeEach
  void openTheTier() throws Exception {
    tier = open();
  }

  @AfterEach
  void closeTheTier() {
    tier.close();
  }

  @Test
  void returnsWhatWasPut() {
    long soon = time().epochMillis() + 60_000;
    List<Item> items = List.of(
        new Item(bytes("plain"), 5, false, 7, Item.NEVER),
        new Item(bytes("squeezed"), 4_000, true, -1, soon),
        new Item(new byte[] {0, -1, 127, -128}, 4, false, Integer.MIN_VALUE, soon + 1),
        new Item(bytes("grown by compression"), 3, true, Integer.MAX_VALUE, Item.NEVER),
        new Item(bytes("raw size of nothing"), 0, true, 0, Item.NEVER));
    for (int i = 0; i < items.size(); i++) {
      assertThat(put(key("k" + i), items.get(i))).isNotInstanceOf(Outcome.Refused.class);
    }
    for (int i = 0; i < items.size(); i++) {
      Item put = items.get(i);
      assertThat(get(key("k" + i))).isInstanceOfSatisfying(Lookup.Hit.class, hit -> {
        long expiry = hit.item().expiresAtMillis();
        assertThat(hit.item().expiringAt(put.expiresAtMillis())).isEqualTo(put);
        assertThat(put.expiresAtMillis() - expiry).isBetween(0L, earlier().toMillis());
      });
    }
  }

  @Test
  void anEntryIsStoredInPlaceOfWhatWasThere() {
    put(key("k"), item("old"));
    assertThat(tier.put(new Tier.Entry(key("k"), item("new"), 1_000)).join())
        .isNotInstanceOf(Outcome.Refused.class);
    assertThat(get(key("k"))).isEqualTo(hit("new"));
  }

  @Test
  void whatWasNeverPutIsAMiss() {
    put(key("there"), item("x"));
    assertThat(get(key("not there"))).isEqualTo(Lookup.MISS);
  }

  @Test
  void keepsAnEmptyPayload() {
    Item empty = new Item(new byte[0], 0, false, 1, Item.NEVER);
    put(key("empty"), empty);
    assertThat(get(key("empty"))).isEqualTo(new Lookup.Hit(empty));
  }

  @Test
  void keepsABigPayload() {
    byte[] payload = new byte[1_000_000];
    new Random(1).nextBytes(payload);
    Item big = new Item(payload, payload.length, false, 1, Item.NEVER);
    assertThat(put(key("big"), big)).isNotInstanceOf(Outcome.Refused.class);
    assertThat(get(key("big"))).isEqualTo(new Lookup.Hit(big));
  }

  @Test
  void keepsKeysOfAnyLengthAndContent() {
    List<TierKey> keys = new ArrayList<>();
    for (int length : new int[] {0, 1, 2, 255, 256, 4_096, TierKey.MAX_BYTES}) {
      byte[] zeros = new byte[length];
      keys.add(new TierKey(USERS, zeros));
      byte[] other = new byte[length + (length == 0 ? 1 : 0)];
      Arrays.fill(other, (byte) 0xFF);
      keys.add(new TierKey(USERS, other));
    }
    keys = new ArrayList<>(new HashSet<>(keys));
    for (int i = 0; i < keys.size(); i++) {
      put(keys.get(i), item("v" + i));
    }
    for (int i = 0; i < keys.size(); i++) {
      assertThat(get(keys.get(i))).isEqualTo(hit("v" + i));
    }
  }

  @Test
  void keepsSpacesApart() {
    List<Space> spaces = new ArrayList<>(awkwardSpaces());
    byte[] same = bytes("k");
    for (int i = 0; i < spaces.size(); i++) {
      put(new TierKey(spaces.get(i), same), item("v" + i));
    }
    for (int i = 0; i < spaces.size(); i++) {
      assertThat(get(new TierKey(spaces.get(i), same))).isEqualTo(hit("v" + i));
    }
    int step = Math.max(2, spaces.size() / clears());
    for (int i = 0; i < spaces.size(); i += step) {
      await(tier.clear(spaces.get(i)));
    }
    for (int i = 0; i < spaces.size(); i++) {
      assertThat(get(new TierKey(spaces.get(i), same)))
          .as("%s", spaces.get(i))
          .isEqualTo(i % step == 0 ? Lookup.MISS : hit("v" + i));
    }
  }

  @Test
  void doesNotConfuseTheEndOfASpaceWithTheBeginningOfAKey() {
    put(new TierKey(new Space("ab", ""), bytes("c")), item("1"));
    put(new TierKey(new Space("a", ""), bytes("bc")), item("2"));
    put(new TierKey(new Space("a", "b"), bytes("c")), item("3"));
    put(new TierKey(new Space("a", "bc"), bytes("")), item("4"));
    assertThat(get(new TierKey(new Space("ab", ""), bytes("c")))).isEqualTo(hit("1"));
    assertThat(get(new TierKey(new Space("a", ""), bytes("bc")))).isEqualTo(hit("2"));
    assertThat(get(new TierKey(new Space("a", "b"), bytes("c")))).isEqualTo(hit("3"));
    assertThat(get(new TierKey(new Space("a", "bc"), bytes("")))).isEqualTo(hit("4"));
  }

  @Test
  void theLaterPutWins() {
    put(key("k"), item("old"));
    put(key("k"), item("new, and longer"));
    assertThat(get(key("k"))).isEqualTo(hit("new, and longer"));
  }

  @Test
  void takesEffectInTheOrderOfTheCallsEvenBeforeTheirFuturesComplete() {
    List<CompletableFuture<?>> open = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      open.add(tier.put(key("k"), item("v" + i)));
      if (i % 10 == 0) {
        open.add(tier.remove(key("k")));
        open.add(tier.put(key("k"), item("w" + i)));
        assertThat(get(key("k"))).isEqualTo(hit("w" + i));
      } else if (i % 10 == 5) {
        assertThat(get(key("k"))).isEqualTo(hit("v" + i));
      }
    }
    open.add(tier.remove(key("k")));
    assertThat(get(key("k"))).isEqualTo(Lookup.MISS);
    open.forEach(TierContract::await);
    assertThat(get(key("k"))).isEqualTo(Lookup.MISS);
  }

  @Test
  void doesNotBringBackWhatWasInvalidated() {
    put(key("k"), item("old"));
    put(key("k"), item("newer"));
    assertThat(await(tier.remove(key("k")))).isInstanceOf(Outcome.Done.class);
    assertThat(get(key("k"))).isEqualTo(Lookup.MISS);
    assertThat(await(tier.remove(key("k")))).isInstanceOf(Outcome.Done.class);
    put(key("k"), item("back"));
    assertThat(get(key("k"))).isEqualTo(hit("back"));
  }

  @Test
  void removingWhatIsNotThereIsDone() {
    assertThat(await(tier.remove(key("never there")))).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void anExpiredItemIsAMiss() {
    long until = time().epochMillis() + TTL.toMillis();
    Item mortal = new Item(bytes("x"), 1, false, 1, until);
    put(key("mortal"), mortal);
    put(key("lasting"), item("y"));
    // A tier with another clock may have an expiry a little earlier, never later.
    assertThat(get(key("mortal")))
        .isInstanceOfSatisfying(
            Lookup.Hit.class,
            hit -> assertThat(hit.item().expiresAtMillis()).isBetween(until - 1_000, until));
    letPass(TTL);
    assertThat(get(key("mortal"))).isEqualTo(Lookup.MISS);
    assertThat(await(tier.getAll(List.of(key("mortal"), key("lasting")))))
        .containsExactly(Lookup.MISS, hit("y"));
  }

  @Test
  void anItemThatComesInExpiredStillReplacesTheOldOne() {
    put(key("k"), item("old"));
    put(key("k"), new Item(bytes("late"), 4, false, 1, time().epochMillis() - 1));
    assertThat(get(key("k"))).isEqualTo(Lookup.MISS);
    put(key("l"), item("old"));
    put(key("l"), new Item(bytes("ancient"), 7, false, 1, Long.MIN_VALUE));
    assertThat(get(key("l"))).isEqualTo(Lookup.MISS);
  }

  @Test
  void aKeyThatExpiredCanBePutAgain() {
    put(key("k"), new Item(bytes("x"), 1, false, 1, time().epochMillis() + TTL.toMillis()));
    letPass(TTL);
    put(key("k"), item("again"));
    assertThat(get(key("k"))).isEqualTo(hit("again"));
  }

  @Test
  void getAllAnswersInTheOrderOfTheKeys() {
    put(key("a"), item("1"));
    put(key("c"), item("3"));
    assertThat(await(tier.getAll(List.of(key("c"), key("b"), key("a"), key("c")))))
        .containsExactly(hit("3"), Lookup.MISS, hit("1"), hit("3"));
    assertThat(await(tier.getAll(List.of()))).isEmpty();
  }

  @Test
  void putAllStoresAllAndOfTheSameKeyTheLater() {
    put(key("b"), item("old"));
    List<Outcome> outcomes = await(tier.putAll(List.of(
        new Tier.Entry(key("a"), item("1")),
        new Tier.Entry(key("b"), item("2")),
        new Tier.Entry(key("a"), item("3")),
        new Tier.Entry(new TierKey(new Space("others", "t"), bytes("a")), item("4")))));
    assertThat(outcomes).hasSize(4).allMatch(o -> !(o instanceof Outcome.Refused));
    assertThat(get(key("a"))).isEqualTo(hit("3"));
    assertThat(get(key("b"))).isEqualTo(hit("2"));
    assertThat(get(new TierKey(new Space("others", "t"), bytes("a")))).isEqualTo(hit("4"));
    assertThat(await(tier.putAll(List.of()))).isEmpty();
  }

  @Test
  void removeAllRemovesExactlyThose() {
    for (int i = 0; i < 50; i++) {
      put(key("k" + i), item("v" + i));
    }
    List<TierKey> even = new ArrayList<>();
    for (int i = 0; i < 50; i += 2) {
      even.add(key("k" + i));
    }
    even.add(key("never there"));
    assertThat(await(tier.removeAll(even)))
        .hasSize(26)
        .allMatch(o -> !(o instanceof Outcome.Refused));
    for (int i = 0; i < 50; i++) {
      assertThat(get(key("k" + i))).isEqualTo(i % 2 == 0 ? Lookup.MISS : hit("v" + i));
    }
    assertThat(await(tier.removeAll(List.of()))).isEmpty();
  }

  @Test
  void removeMatchingTakesWhatMatchesInItsSpaceOnly() {
    Space other = new Space("users", "t");
    for (int i = 0; i < 100; i++) {
      put(key("k" + i), item("v" + i));
      put(new TierKey(other, bytes("k" + i)), item("o" + i));
    }
    Set<String> asked = ConcurrentHashMap.newKeySet();
    Outcome outcome = await(tier.removeMatching(USERS, bytes -> {
      String name = new String(bytes, UTF_8);
      asked.add(name);
      return name.endsWith("7");
    }));
    assertThat(outcome).isEqualTo(new Outcome.Done(10));
    for (int i = 0; i < 100; i++) {
      assertThat(get(key("k" + i))).isEqualTo(i % 10 == 7 ? Lookup.MISS : hit("v" + i));
      assertThat(get(new TierKey(other, bytes("k" + i)))).isEqualTo(hit("o" + i));
    }
    assertThat(asked).hasSize(100);
  }

  @Test
  void removeMatchingWithAPredicateThatThrowsIsRefused() {
    put(key("k"), item("v"));
    Outcome outcome = await(tier.removeMatching(USERS, bytes -> {
      throw new IllegalStateException("made to fail");
    }));
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    assertThat(get(key("k"))).isEqualTo(hit("v"));
  }

  @Test
  void clearTakesTheWholeSpaceAndNothingElse() {
    Space tenant = new Space("users", "t");
    for (int i = 0; i < 100; i++) {
      put(key("k" + i), item("v" + i));
      put(new TierKey(tenant, bytes("k" + i)), item("t" + i));
    }
    assertThat(await(tier.clear(USERS))).isInstanceOf(Outcome.Done.class);
    for (int i = 0; i < 100; i++) {
      assertThat(get(key("k" + i))).isEqualTo(Lookup.MISS);
      assertThat(get(new TierKey(tenant, bytes("k" + i)))).isEqualTo(hit("t" + i));
    }
    put(key("k1"), item("after"));
    assertThat(get(key("k1"))).isEqualTo(hit("after"));
    await(tier.clear(new Space("never used", "")));
    assertThat(get(key("k1"))).isEqualTo(hit("after"));
  }

  @Test
  void clearTakesEffectInTheOrderOfTheCalls() {
    for (int i = 0; i < clears(); i++) {
      CompletableFuture<Outcome> before = tier.put(key("k"), item("before"));
      CompletableFuture<Outcome> cleared = tier.clear(USERS);
      CompletableFuture<Outcome> after = tier.put(key("k"), item("after" + i));
      List.of(before, cleared, after).forEach(TierContract::await);
      assertThat(get(key("k"))).isEqualTo(hit("after" + i));
    }
  }

  @Test
  void aPutRefusedAsTooLargeLeavesTheKeyAbsent() {
    put(key("k"), item("old"));
    byte[] payload = new byte[tooLargeBytes()];
    Outcome outcome = put(key("k"), new Item(payload, payload.length, false, 1, Item.NEVER));
    assertThat(outcome).isEqualTo(new Outcome.Refused(Reason.TOO_LARGE));
    assertThat(get(key("k"))).isEqualTo(Lookup.MISS);
    assertThat(await(tier.putAll(List.of(
            new Tier.Entry(key("a"), item("1")),
            new Tier.Entry(key("b"), new Item(payload, payload.length, false, 1, Item.NEVER))))))
        .satisfiesExactly(
            first -> assertThat(first).isNotInstanceOf(Outcome.Refused.class),
            second -> assertThat(second).isEqualTo(new Outcome.Refused(Reason.TOO_LARGE)));
  }

  @Test
  void mayContainIsRightWhenNothingElseGoesOn() {
    put(key("k"), item("v"));
    assertThat(tier.mayContain(key("k"))).isTrue();
  }

  @Test
  void listsTheKeysOfASpaceInPages() {
    Space tenant = new Space("users", "t");
    Space other = new Space("user", "s");
    Set<String> expected = new HashSet<>();
    List<Tier.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      entries.add(new Tier.Entry(key("k" + i), item("v" + i)));
      expected.add("k" + i);
      if (i % 2 == 0) {
        entries.add(new Tier.Entry(new TierKey(tenant, bytes("k" + i)), item("t" + i)));
        entries.add(new Tier.Entry(new TierKey(other, bytes("o" + i)), item("o" + i)));
      }
    }
    await(tier.putAll(entries));
    List<Listing.Page> pages = pages(USERS, next -> {});
    assertThat(names(pages)).isEqualTo(expected);
    assertThat(pages).allMatch(page -> page.entries().size() <= 2 * Listing.PAGE_ENTRIES);
    assertThat(pages.stream().filter(page -> !page.entries().isEmpty())).hasSizeGreaterThan(2);
    assertThat(pages.stream().flatMap(page -> page.entries().stream()))
        .allMatch(entry -> entry.key().space().equals(USERS));
    assertThat(names(pages(tenant, next -> {}))).hasSize(1_250);
    assertThat(names(pages(new Space("users", "never used"), next -> {}))).isEmpty();
  }

  @Test
  void listsSpacesApart() {
    List<Space> spaces = new ArrayList<>(awkwardSpaces());
    for (int i = 0; i < spaces.size(); i++) {
      put(new TierKey(spaces.get(i), bytes("k" + i)), item("v"));
    }
    for (int i = 0; i < spaces.size(); i += Math.max(2, spaces.size() / clears())) {
      assertThat(names(pages(spaces.get(i), next -> {})))
          .as("%s", spaces.get(i))
          .containsExactly("k" + i);
    }
  }

  @Test
  void listsKeysOfAnyLengthAndContent() {
    Set<TierKey> keys = new HashSet<>();
    for (int length : new int[] {0, 1, 255, 480, 512, 4_096, TierKey.MAX_BYTES}) {
      byte[] random = new byte[length];
      new Random(length).nextBytes(random);
      keys.add(new TierKey(USERS, random));
    }
    keys.forEach(key -> put(key, item("v")));
    assertThat(pages(USERS, next -> {}).stream()
            .flatMap(page -> page.entries().stream())
            .map(Listing.Stored::key))
        .containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  void doesNotListWhatAReadWouldNotFind() {
    long soon = time().epochMillis() + TTL.toMillis();
    put(key("there"), item("v"));
    put(key("lives longer"), expiring("v", soon + 600_000));
    put(key("replaced"), expiring("v", soon));
    put(key("replaced"), item("v"));
    put(key("expired"), expiring("v", soon));
    await(tier.put(new Tier.Entry(key("remembered"), expiring("v", soon), 600_000)));
    put(key("absent"), Item.absence(Item.NEVER));
    put(key("removed"), item("v"));
    await(tier.remove(key("removed")));
    put(key("too large"), item("v"));
    put(
        key("too large"),
        new Item(new byte[tooLargeBytes()], tooLargeBytes(), false, 7, Item.NEVER));
    put(key("matching"), item("v"));
    await(tier.removeMatching(USERS, bytes -> new String(bytes, UTF_8).equals("matching")));
    letPass(TTL);
    assertThat(names(pages(USERS, next -> {})))
        .containsExactlyInAnyOrder("there", "lives longer", "replaced");
    await(tier.clear(USERS));
    put(key("after"), item("v"));
    assertThat(names(pages(USERS, next -> {}))).containsExactly("after");
  }

  private static Item expiring(String value, long millis) {
    return item(value).expiringAt(millis);
  }

  @Test
  void listsTheBytesOfAnEntry() {
    put(key("small"), item("v"));
    put(key("large"), item("v".repeat(100_000)));
    List<Listing.Stored> entries = pages(USERS, next -> {}).stream()
        .flatMap(page -> page.entries().stream())
        .toList();
    assertThat(entries)
        .hasSize(2)
        .allSatisfy(entry -> assertThat(entry.bytes())
            .isBetween(
                entry.key().equals(key("large")) ? 100_005L : 6L,
                entry.key().equals(key("large")) ? 100_500L : 500L));
  }

  @Test
  void aListingHasEveryKeyThatIsThereAllTheTimeWhateverElseHappens() throws Exception {
    int keys = 2_000;
    List<Tier.Entry> entries = new ArrayList<>();
    Set<String> lasting = new HashSet<>();
    for (int i = 0; i < keys; i++) {
      entries.add(new Tier.Entry(key("k" + i), item("v")));
      entries.add(new Tier.Entry(key("gone" + i), item("v")));
      lasting.add("k" + i);
    }
    await(tier.putAll(entries));
    Set<String> before = ConcurrentHashMap.newKeySet();
    List<TierKey> removed = new ArrayList<>();
    for (int i = 0; i < keys; i += 2) {
      removed.add(key("gone" + i));
      before.add("gone" + i);
    }
    await(tier.removeAll(removed));
    Random random = new Random(1);
    List<Listing.Page> pages = pages(USERS, next -> {
      for (int i = 0; i < 20; i++) {
        await(tier.put(key("k" + random.nextInt(keys)), item("again" + i)));
        await(tier.put(key("new" + random.nextInt(keys)), item("v")));
        await(tier.remove(key("gone" + (1 + 2 * random.nextInt(keys / 2)))));
      }
    });
    Set<String> names = names(pages);
    assertThat(names).containsAll(lasting).doesNotContainAnyElementsOf(before);
  }

  /** All pages of a listing. */
  private List<Listing.Page> pages(Space space, Consumer<Listing.Page> between) {
    List<Listing.Page> pages = new ArrayList<>();
    Listing.Cursor next = null;
    do {
      Listing answer = await(tier.list(space, next));
      assertThat(answer).isInstanceOf(Listing.Page.class);
      Listing.Page page = (Listing.Page) answer;
      pages.add(page);
      between.accept(page);
      next = page.next();
    } while (next != null);
    return pages;
  }

  private static Set<String> names(List<Listing.Page> pages) {
    Set<String> names = new HashSet<>();
    for (Listing.Page page : pages) {
      page.entries().forEach(entry -> names.add(new String(entry.key().bytes(), UTF_8)));
    }
    return names;
  }

  @Test
  @SuppressWarnings("NullAway") // nulls are what this is about
  void refusesNullArguments() {
    assertNullRefused(() -> tier.get(null));
    assertNullRefused(() -> tier.getAll(null));
    assertNullRefused(() -> tier.mayContain(null));
    assertNullRefused(() -> tier.put(null, item("x")));
    assertNullRefused(() -> tier.put(key("k"), null));
    assertNullRefused(() -> tier.putAll(null));
    assertNullRefused(() -> tier.remove(null));
    assertNullRefused(() -> tier.removeAll(null));
    assertNullRefused(() -> tier.removeMatching(null, b -> true));
    assertNullRefused(() -> tier.removeMatching(USERS, null));
    assertNullRefused(() -> tier.clear(null));
    assertNullRefused(() -> tier.list(null, null));
  }

  @Test
  void aClosedTierRefusesAndDoesNotThrow() {
    put(key("k"), item("v"));
    tier.close();
    tier.close();
    var closed = new Outcome.Refused(Reason.CLOSED);
    var unread = new Lookup.Refused(Reason.CLOSED);
    assertThat(get(key("k"))).isEqualTo(unread);
    assertThat(await(tier.getAll(List.of(key("k"), key("l"))))).containsExactly(unread, unread);
    assertThat(put(key("k"), item("x"))).isEqualTo(closed);
    assertThat(await(tier.putAll(List.of(new Tier.Entry(key("k"), item("x"))))))
        .containsExactly(closed);
    assertThat(await(tier.remove(key("k")))).isEqualTo(closed);
    assertThat(await(tier.removeAll(List.of(key("k"))))).containsExactly(closed);
    assertThat(await(tier.removeMatching(USERS, b -> true))).isEqualTo(closed);
    assertThat(await(tier.clear(USERS))).isEqualTo(closed);
    assertThat(await(tier.list(USERS, null)))
        .isInstanceOfSatisfying(
            Listing.Refused.class, no -> assertThat(no.why()).isEqualTo(Reason.CLOSED));
    assertThat(tier.mayContain(key("k"))).isIn(true, false);
    assertThat(tier.stats().available()).isFalse();
    assertThat(tier.name()).isNotEmpty();
  }

  @Test
  void countsWhatItDid() {
    put(key("k"), item("v"));
    get(key("k"));
    get(key("k"));
    get(key("not there"));
    await(tier.remove(key("k")));
    TierStats stats = tier.stats();
    assertThat(stats.writes()).isEqualTo(1);
    assertThat(stats.hits()).isEqualTo(2);
    assertThat(stats.misses()).isEqualTo(1);
    assertThat(stats.removals()).isEqualTo(1);
    assertThat(stats.refused()).isZero();
    assertThat(stats.damaged()).isZero();
    assertThat(stats.available()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20_260_101})
  void manyThreadsSeeWhatAModelPerKeySees(long seed) throws Exception {
    int keys = 40;
    String[] model = new String[keys];
    Object[] locks = new Object[keys];
    Arrays.setAll(locks, i -> new Object());
    var threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Random random = new Random(seed * 31 + t);
        int thread = t;
        running.add(threads.submit(() -> {
          List<CompletableFuture<Outcome>> open = new ArrayList<>();
          for (int step = 0; step < 1_000; step++) {
            int k = random.nextInt(keys);
            String value = k + "/" + thread + "/" + step + "/" + "x".repeat(random.nextInt(500));
            synchronized (locks[k]) {
              switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                  open.add(tier.put(key("m" + k), item(value)));
                  model[k] = value;
                }
                case 3 -> {
                  open.add(tier.remove(key("m" + k)));
                  model[k] = null;
                }
                default ->
                  assertThat(get(key("m" + k)))
                      .as("key %s, step %s, seed %s", k, step, seed)
                      .isEqualTo(expected(model[k]));
              }
            }
          }
          assertThat(open).allMatch(f -> !(await(f) instanceof Outcome.Refused));
        }));
      }
      for (Future<?> one : running) {
        one.get(60, SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    for (int k = 0; k < keys; k++) {
      assertThat(get(key("m" + k))).isEqualTo(expected(model[k]));
    }
  }

  private static Lookup expected(@Nullable String value) {
    return value == null ? Lookup.MISS : hit(value);
  }

  private static Set<Space> awkwardSpaces() {
    Set<Space> spaces = new HashSet<>();
    String[] names = {
      "a",
      "a/b",
      "a:b",
      "b",
      "a\0b",
      "*",
      "a*",
      "..",
      "../a",
      "[a]",
      "[",
      "%41",
      "%",
      "ä",
      "a\u0308",
      "\uD83D\uDE00",
      "{a}",
      "a b",
      "A",
      "?",
      "\\",
      "\n",
      "x".repeat(500),
      "x".repeat(499)
    };
    for (String name : names) {
      spaces.add(new Space(name, ""));
      spaces.add(new Space(name, name));
      spaces.add(new Space("a", name));
      spaces.add(new Space(name, "a"));
    }
    return spaces;
  }

  private Outcome put(TierKey key, Item item) {
    return await(tier.put(key, item));
  }

  private Lookup get(TierKey key) {
    return await(tier.get(key));
  }

  /** Waits within bounds: no future of a tier stays open for long. */
  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(30, SECONDS).join();
  }

  private static void assertNullRefused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class);
  }

  private static TierKey key(String name) {
    return new TierKey(USERS, bytes(name));
  }

  private static Lookup hit(String value) {
    return new Lookup.Hit(item(value));
  }

  private static Item item(String value) {
    byte[] payload = bytes(value);
    return new Item(payload, payload.length, false, 7, Item.NEVER);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
