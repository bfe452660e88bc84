package io.intelligentcache.all;

import io.intelligentcache.CacheSpec;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Instances that load, on one Redis. */
abstract class SharedInstances extends SharedRedis {
  static final Duration LOAD_TIMEOUT = Duration.ofSeconds(3);

  final Instance instance(UnaryOperator<CacheSpec<String, String>> spec) {
    Instance instance = new Instance(
        server,
        namespace,
        directory.resolve("d" + instances.size()),
        builder -> builder.loadTimeout(LOAD_TIMEOUT),
        spec);
    instances.add(instance);
    return instance;
  }

  final Instance instance() {
    return instance(spec -> spec);
  }
}
