package io.intelligentcache.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.redis.Redis;
import java.io.File;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compiler rejects a tier in a wrong place. */
final class TierTypesTest {
  @TempDir
  Path directory;

  @Test
  void aTierInTheOthersPlaceDoesNotCompile() {
    assertThat(errors("builder.disk(Disk.at(Path.of(\"d\"))).redis(Redis.at(\"redis://h\"))"))
        .isEmpty();
    assertThat(errors("builder.disk(context -> tier).redis(context -> tier)")).isEmpty();

    assertThat(errors("builder.disk(Redis.at(\"redis://h\"))"))
        .contains("Redis cannot be converted to", "LocalTierFactory");
    assertThat(errors("builder.redis(Disk.at(Path.of(\"d\")))"))
        .contains("Disk cannot be converted to", "SharedTierFactory");
  }

  private String errors(String statement) {
    String source = """
        import io.intelligentcache.TieredCacheManager;
        import io.intelligentcache.disk.Disk;
        import io.intelligentcache.redis.Redis;
        import io.intelligentcache.tier.Tier;
        import java.nio.file.Path;

        class Application {
          void open(TieredCacheManager.Builder builder, Tier tier) {
            STATEMENT;
          }
        }
        """.replace("STATEMENT", statement);
    var unit =
        new SimpleJavaFileObject(
            URI.create("string:///Application.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var said = new StringWriter();
    List<String> options = List.of(
        "-proc:none",
        "-Xlint:none",
        "-cp",
        Stream.of(TieredCacheManager.class, Disk.class, Redis.class)
            .map(
                type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
            .collect(Collectors.joining(File.pathSeparator)),
        "-d",
        directory.toString());
    ToolProvider.getSystemJavaCompiler()
        .getTask(said, null, null, options, null, List.of(unit))
        .call();
    return said.toString();
  }
}
