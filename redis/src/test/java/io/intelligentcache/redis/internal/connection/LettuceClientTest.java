package io.intelligentcache.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.FakeScheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class LettuceClientTest {
  @Test
  void theThreadOfTheDeadlinesRunsBeforeTheFirstDeadlineComes() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    LettuceClient client = new LettuceClient(Duration.ofSeconds(1), 10, new FakeScheduler());
    try {
      Set<Thread> more = new HashSet<>(Thread.getAllStackTraces().keySet());
      more.removeAll(before);
      assertThat(more).anyMatch(thread -> thread.getName().startsWith("icm-redis-events"));
    } finally {
      client.close(CompletableFuture.completedFuture(null));
    }
  }
}
