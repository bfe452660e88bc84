package io.intelligentcache.cli.chaos;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.intelligentcache.tier.Tier;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

final class WitnessTest {
  @Test
  void leavesNoMethodOfATierToItsDefault() {
    for (Method method : Tier.class.getMethods()) {
      assertThatCode(
              () -> Witness.class.getDeclaredMethod(method.getName(), method.getParameterTypes()))
          .as("%s", method)
          .doesNotThrowAnyException();
    }
  }
}
