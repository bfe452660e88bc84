package io.intelligentcache.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A fenced block of a page.
 *
 * @param heading of the chapter that it is in, or empty
 * @param line of its fence
 */
record Block(Path page, String heading, int line, String language, String text) {
  static List<Block> of(Path page) throws IOException {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(page);
    String heading = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("## ")) {
        heading = line.substring("## ".length());
      } else if (line.startsWith("```")) {
        int start = i;
        List<String> text = new ArrayList<>();
        for (i++; !lines.get(i).startsWith("```"); i++) {
          text.add(lines.get(i));
        }
        String language = line.substring("```".length()).strip();
        blocks.add(new Block(page, heading, start + 1, language, String.join("\n", text)));
      }
    }
    return blocks;
  }

  static List<Block> javaOf(Path page) throws IOException {
    return of(page).stream().filter(block -> block.language().equals("java")).toList();
  }

  @Override
  public String toString() {
    return page + ":" + line + " (" + language + ")";
  }
}
