package io.intelligentcache.all;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The base of tests with one Redis for the instances of a test class, and a namespace for each test. */
abstract class SharedRedis {
  static RedisServerProcess server;
  static RawRedis redis;

  @TempDir
  Path directory;

  final String namespace = "test" + System.nanoTime();

  /** Closed after the test. */
  final List<Instance> instances = new ArrayList<>();

  @BeforeAll
  static void startRedis() {
    server = RedisServerProcess.launch();
    redis = new RawRedis(server);
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
    server.close();
  }

  @AfterEach
  void closeInstances() {
    instances.forEach(Instance::close);
  }
}
