package io.intelligentcache.disk.internal.format;

import static io.intelligentcache.disk.internal.Fixture.KEY;
import static io.intelligentcache.disk.internal.Fixture.aesKey;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SegmentCipherTest {
  private static final UUID STORE = new UUID(1, 2);
  private static final byte[] BOUND = "the head".getBytes(UTF_8);
  private static final byte[] NAME = "the key".getBytes(UTF_8);
  private static final byte[] PLAIN = "what is to be hidden".getBytes(UTF_8);

  private final StoreKeys keys = new StoreKeys(KEY, STORE);
  private final SegmentCipher cipher = keys.life(3, 4);

  private final byte[] stored = new byte[PLAIN.length + SegmentCipher.TAG_BYTES];

  @BeforeEach
  void encryptAValue() {
    cipher.encryptValue(64, BOUND, NAME, PLAIN, stored, 0);
  }

  @Test
  void whatItEncryptedItDecrypts() {
    byte[] storedKey = new byte[NAME.length + SegmentCipher.TAG_BYTES];
    cipher.encryptKey(64, BOUND, NAME, storedKey, 0);
    assertThat(cipher.decryptKey(64, BOUND, storedKey)).isEqualTo(NAME);
    assertThat(cipher.decryptValue(64, BOUND, NAME, stored)).isEqualTo(PLAIN);
    assertThat(new String(stored, UTF_8)).doesNotContain("hidden");
  }

  @Test
  void nothingDecryptsInAnotherPlaceOrWithAnotherHeadOrKey() {
    byte[] other = {1};
    assertThat(cipher.decryptValue(72, BOUND, NAME, stored)).isNull();
    assertThat(cipher.decryptValue(64, other, NAME, stored)).isNull();
    assertThat(cipher.decryptValue(64, BOUND, other, stored)).isNull();
    assertThat(cipher.decryptKey(64, BOUND, stored)).isNull();
    assertThat(cipher.decryptValue(64, BOUND, NAME, new byte[3])).isNull();
  }

  @Test
  void nothingDecryptsInAnotherLifeOrStoreOrWithAnotherKey() {
    UUID otherStore = new UUID(1, 3);
    assertThat(keys.life(3, 5).decryptValue(64, BOUND, NAME, stored)).isNull();
    assertThat(keys.life(2, 4).decryptValue(64, BOUND, NAME, stored)).isNull();
    assertThat(new StoreKeys(KEY, otherStore).life(3, 4).decryptValue(64, BOUND, NAME, stored))
        .isNull();
    assertThat(new StoreKeys(aesKey(24), STORE).life(3, 4).decryptValue(64, BOUND, NAME, stored))
        .isNull();
    assertThat(new StoreKeys(KEY, STORE).life(3, 4).decryptValue(64, BOUND, NAME, stored))
        .isEqualTo(PLAIN);
  }

  @Test
  void checkAndHashFollowFromKeyAndStore() {
    var otherStore = new StoreKeys(KEY, new UUID(1, 3));
    var otherKey = new StoreKeys(aesKey(24), STORE);
    assertThat(new StoreKeys(KEY, STORE).check()).isEqualTo(keys.check());
    assertThat(otherStore.check()).isNotEqualTo(keys.check());
    assertThat(otherKey.check()).isNotEqualTo(keys.check());
    assertThat(new StoreKeys(KEY, STORE).hash().of(NAME)).isEqualTo(keys.hash().of(NAME));
    assertThat(otherStore.hash().of(NAME)).isNotEqualTo(keys.hash().of(NAME));
    assertThat(otherKey.hash().of(NAME)).isNotEqualTo(keys.hash().of(NAME));
  }
}
