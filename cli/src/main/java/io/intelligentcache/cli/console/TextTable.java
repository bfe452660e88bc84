package io.intelligentcache.cli.console;

import java.util.ArrayList;
import java.util.List;

/** Prints rows of cells in columns. The first column is aligned to the left, the others to the right. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();

  /**
   * Starts with the names of the columns.
   *
   * @param heads one per column
   */
  public TextTable(String... heads) {
    rows.add(heads.clone());
  }

  /**
   * Adds a row.
   *
   * @param cells one per column
   * @return this table
   */
  public TextTable row(String... cells) {
    if (cells.length != rows.get(0).length) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + rows.get(0).length + " columns");
    }
    rows.add(cells.clone());
    return this;
  }

  /** {@return the lines of the table, the heads first} */
  public List<String> lines() {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(String[] row, int[] widths) {
    var line = new StringBuilder(row[0]).append(spaces(widths[0] - row[0].length()));
    for (int i = 1; i < widths.length; i++) {
      line.append(GAP).append(spaces(widths[i] - row[i].length())).append(row[i]);
    }
    return line.toString().stripTrailing();
  }

  private static String spaces(int count) {
    return " ".repeat(count);
  }
}
