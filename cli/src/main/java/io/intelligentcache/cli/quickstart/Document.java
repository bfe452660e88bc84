package io.intelligentcache.cli.quickstart;

/**
 * A row of the simulated database. It contains enough to check that it is complete, and which row it is.
 *
 * @param owner the database it is from
 * @param id its number there
 * @param version how often it was changed
 * @param text its content
 * @param check hash of the text
 * @param untilNanos when it expires, on the clock of {@code System.nanoTime()};
 *     unused if it does not expire
 */
record Document(String owner, int id, int version, String text, int check, long untilNanos) {
  /** Rough size of its objects on the heap; all text is ASCII. */
  private static final long OBJECT_BYTES = 112;

  static Document of(String owner, int id, int version, long untilNanos) {
    String text = DocumentText.of(owner, id, version);
    return new Document(owner, id, version, text, text.hashCode(), untilNanos);
  }

  boolean whole() {
    return text.hashCode() == check;
  }

  long heapBytes() {
    return OBJECT_BYTES + text.length();
  }
}
