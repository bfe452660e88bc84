package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.codec.ItemFormat;
import io.intelligentcache.memory.HeapSizes;
import io.intelligentcache.memory.size.ObjectGraph;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class SizerTest {
  private static final String KEY = "key";
  private static final long ENTRY =
      HeapSizes.ENTRY_BYTES + ObjectGraph.measure(KEY).bytes();

  /** Something of which only the outermost object can be measured. */
  private static final Pattern UNREADABLE = Pattern.compile("a+");

  private static ItemFormat<Object> encodedAs(int bytes) {
    return new ItemFormat<>(
        new Codec<>() {
          @Override
          public byte[] encode(Object value) {
            if (bytes < 0) {
              throw new CodecException("can't", null);
            }
            return new byte[bytes];
          }

          @Override
          public Object decode(byte[] encoded) {
            return encoded;
          }

          @Override
          public String id() {
            return "test";
          }
        },
        Compression.none());
  }

  @Test
  void whatCanBeMeasuredIsMeasured() {
    var sizer = new Sizer<String, Object>(null, encodedAs(1_000_000));
    List<String> value = List.of("one", "two", "three");
    assertThat(sizer.weigh(KEY, value, 1_000_000))
        .isEqualTo(ENTRY + ObjectGraph.measure(value).bytes());
  }

  @Test
  void whatCannotBeMeasuredCountsTwiceItsEncodedSize() {
    var sizer = new Sizer<String, Object>(null, encodedAs(5_000));
    assertThat(sizer.weigh(KEY, UNREADABLE, Sizer.NOT_ENCODED)).isEqualTo(ENTRY + 10_000);
    assertThat(sizer.weigh(KEY, UNREADABLE, 7_000)).isEqualTo(ENTRY + 14_000);
  }

  @Test
  void whatCannotBeEncodedEitherIsGuessed() {
    var sizer = new Sizer<String, Object>(null, encodedAs(-1));
    assertThat(sizer.weigh(KEY, UNREADABLE, Sizer.NOT_ENCODED)).isGreaterThan(ENTRY + 500);
  }

  @Test
  void aWeigherHasTheLastWord() {
    var sizer = new Sizer<String, Object>((key, value) -> 17, encodedAs(1));
    assertThat(sizer.weigh(KEY, List.of("text"), 1)).isEqualTo(HeapSizes.ENTRY_BYTES + 17);
  }

  @Test
  void aNegativeWeightIsRefusedByName() {
    var sizer = new Sizer<String, Object>((key, value) -> -5, encodedAs(1));
    assertThatThrownBy(() -> sizer.weigh(KEY, "value", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-5");
  }
}
