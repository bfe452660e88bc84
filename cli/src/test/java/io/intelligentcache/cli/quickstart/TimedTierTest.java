package io.intelligentcache.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.intelligentcache.tier.Tier;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

final class TimedTierTest {
  @Test
  void leavesNoMethodOfATierToItsDefault() {
    for (Method method : Tier.class.getMethods()) {
      assertThatCode(
              () -> TimedTier.class.getDeclaredMethod(method.getName(), method.getParameterTypes()))
          .as("%s", method)
          .doesNotThrowAnyException();
    }
  }
}
