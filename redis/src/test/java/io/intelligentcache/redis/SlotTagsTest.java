package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.Space;
import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.Test;

final class SlotTagsTest {
  @Test
  void aNameWithTheTagOfASlotIsInIt() {
    byte[] generation = new KeyNames("icm").generation(new Space("c{a}", "t"));
    for (int slot = 0; slot < SlotTags.SLOTS; slot++) {
      byte[] tagged = KeyNames.tagged(generation, SlotTags.of(slot));
      assertThat(SlotHash.getSlot(tagged)).isEqualTo(slot);
      assertThat(new KeyNames("icm").isOurs(tagged)).as("a key's name").isFalse();
    }
  }

  @Test
  void theTagOfANameIsThatOfItsSlot() {
    byte[] name = "icm:cache::key".getBytes(UTF_8);
    assertThat(SlotTags.of(name)).isEqualTo(SlotTags.of(SlotHash.getSlot(name)));
  }
}
