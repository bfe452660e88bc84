package io.intelligentcache.redis.internal.key;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeyNamesTest {
  private final KeyNames names = new KeyNames("icm");

  @Test
  void plainPartsStayReadable() {
    assertThat(name("users", "acme", "user-1.name_x".getBytes(UTF_8)))
        .isEqualTo("icm:users:acme:user-1.name_x");
    assertThat(name("users", "", new byte[0])).isEqualTo("icm:users::");
    assertThat(name("a:b", "*", "ä[".getBytes(UTF_8))).isEqualTo("icm:a%3Ab:%2A:%C3%A4%5B");
  }

  @Test
  void everyKeyIsReadBackExactly() {
    Random random = new Random(1);
    Space space = new Space("c*", "t");
    for (int i = 0; i < 2_000; i++) {
      byte[] key = new byte[random.nextInt(40)];
      random.nextBytes(key);
      byte[] name = names.name(new TierKey(space, key));
      assertThat(KeyNames.key(names.prefix(space), name)).isEqualTo(key);
      assertThat(names.isOurs(name)).isTrue();
    }
  }

  @Test
  void differentSpacesNeverShareAPrefix() {
    String[] awkward = {
      "a", "a:", ":a", "a%3A", "%", "A", "\uD83D\uDE00", "\uD83D\uDE01", "?", "\uFFFD", "ä"
    };
    Set<Space> spaces = new HashSet<>();
    for (String cache : awkward) {
      for (String tenant : awkward) {
        spaces.add(new Space(cache, tenant));
        spaces.add(new Space(cache + tenant, ""));
        spaces.add(new Space(cache, tenant + cache));
      }
    }
    Set<String> prefixes = new HashSet<>();
    spaces.forEach(space -> prefixes.add(new String(names.prefix(space), ISO_8859_1)));
    assertThat(prefixes).hasSameSizeAs(spaces);
  }

  @Test
  void aNameThatIsSpelledDifferentlyIsNotOurs() {
    String[] foreign = {
      "",
      "icm",
      "icm:",
      "icm:c",
      "icm:c:",
      "icm:::k",
      "icmc::k",
      "icm2:c::k",
      "Icm:c::k",
      "icm:c::k:l",
      "icm:c::k l",
      "icm:c::%",
      "icm:c::%4",
      "icm:c::%41",
      "icm:c::%2f",
      "icm:c d::k"
    };
    for (String name : foreign) {
      assertThat(names.isOurs(name.getBytes(UTF_8))).as(name).isFalse();
    }
    assertThat(names.isOurs("icm:c::%2F".getBytes(UTF_8))).isTrue();
  }

  private String name(String cache, String tenant, byte[] key) {
    return new String(names.name(new TierKey(new Space(cache, tenant), key)), ISO_8859_1);
  }
}
