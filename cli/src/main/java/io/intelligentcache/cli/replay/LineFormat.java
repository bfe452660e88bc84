package io.intelligentcache.cli.replay;

/** A text format of requests. An instance reads one file, from its first line. */
@FunctionalInterface
interface LineFormat {
  /**
   * Reads one line that is not blank.
   *
   * @param line the line without its line break
   * @param trace receives the request, if the line contains one
   * @throws MalformedRequest if the line is not of this format
   */
  void read(String line, TraceBuilder trace) throws MalformedRequest;
}
