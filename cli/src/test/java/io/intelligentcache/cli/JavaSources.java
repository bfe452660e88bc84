package io.intelligentcache.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java sources that are in memory. */
final class JavaSources {
  private JavaSources() {}

  /**
   * Java that is a text, as a file.
   *
   * @param name of the file, without its ending; the compiler's messages show it
   */
  static JavaFileObject source(String name, String text) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /**
   * Compiles against the library, in one task, and fails with what the compiler says.
   *
   * @param what for the message
   */
  static void compile(List<JavaFileObject> sources, Path classes, Object what) {
    var said = new StringWriter();
    List<String> options = List.of(
        "-proc:none",
        "-implicit:none",
        "-Xlint:none",
        "--release",
        "17",
        "-cp",
        System.getProperty("java.class.path"),
        "-d",
        classes.toString());
    boolean compiled = ToolProvider.getSystemJavaCompiler()
        .getTask(said, null, null, options, null, sources)
        .call();
    assertThat(compiled).as("%s%n%s", what, said).isTrue();
  }
}
