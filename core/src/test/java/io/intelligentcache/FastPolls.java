package io.intelligentcache;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Awaitility looks every two milliseconds, in the tests of all modules: JUnit finds this class by its entry under {@code META-INF/services}.
 * Awaitility's own default is 100 ms. There are hundreds of waits, most of them end within a millisecond.
 */
public final class FastPolls implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
  }
}
