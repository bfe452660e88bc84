package io.intelligentcache.redis.internal.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.Space;
import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.Test;

final class SlotTagsTest {
  private static final KeyNames NAMES = new KeyNames("icm");

  @Test
  void aNameWithTheTagOfASlotIsInIt() {
    byte[] generation = NAMES.generation(new Space("c{a}", "t"));
    for (int slot = 0; slot < SlotTags.SLOTS; slot++) {
      byte[] tagged = NAMES.generation(generation, SlotTags.of(slot));
      assertThat(SlotHash.getSlot(tagged)).isEqualTo(slot);
      assertThat(SlotHash.getSlot(NAMES.generationOfAll(SlotTags.of(slot)))).isEqualTo(slot);
    }
    assertThat(new String(NAMES.generation(generation, SlotTags.of(7)), UTF_8))
        .matches("icm%generation:c%7Ba%7D:t\\{[0-9a-z]+}");
  }

  @Test
  void theTagOfANameIsThatOfItsSlot() {
    byte[] name = "icm:cache::key".getBytes(UTF_8);
    assertThat(SlotTags.of(name)).isEqualTo(SlotTags.of(SlotHash.getSlot(name)));
  }
}
