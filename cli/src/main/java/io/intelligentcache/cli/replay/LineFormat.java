package io.intelligentcache.cli.replay;

/** How requests are written in lines of text. An instance reads one file, from its first line. */
@FunctionalInterface
interface LineFormat {
  /**
   * Reads one line that is not blank.
   *
   * @param line without its end
   * @param trace gets the request, if the line is one
   * @throws MalformedRequest if the line is not of this format
   */
  void read(String line, TraceBuilder trace) throws MalformedRequest;
}
