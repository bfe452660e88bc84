package io.intelligentcache.bench.disk;

import io.intelligentcache.bench.disk.DiskWork.Task;
import io.intelligentcache.bench.measure.ForkedJava;
import io.intelligentcache.bench.measure.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Measures in separate processes, one at a time, each in an empty directory. */
final class DiskForks implements DiskTurns {
  private static final List<String> HEAP = List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch");

  /** A collector that compacts the whole heap, so that the used heap is known exactly. */
  private static final String COUNTED = "-XX:+UseSerialGC";

  private static final String TIMED = "-XX:+UseG1GC";
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String WORK = "work";
  private static final String TEMPORARY = "tmp";
  private static final int TOUCHED_PART = 3;

  private final DiskScale scale;
  private final Scratch scratch;
  private final List<String> javaOptions;
  private final JsonMapper mapper = new JsonMapper();

  /**
   * Creates the measurements.
   *
   * @param javaOptions options that all processes get in addition to their own
   */
  DiskForks(DiskScale scale, Scratch scratch, List<String> javaOptions) {
    this.scale = scale;
    this.scratch = scratch;
    this.javaOptions = List.copyOf(javaOptions);
  }

  /**
   * Touches the memory first. On a virtual machine, memory that was never used is slower
   * to get than memory that was.
   */
  @Override
  public void touchMemory() throws IOException, InterruptedException {
    int entries = TOUCHED_PART * scale.entriesOf(DiskWorkload.MIX);
    run(Task.FILL, DiskWorkload.MIX, DiskContender.RAW, scratch.empty(WORK), entries);
  }

  @Override
  public DiskLine measure(DiskWorkload workload, DiskContender contender)
      throws IOException, InterruptedException {
    Path directory = scratch.empty(WORK);
    int entries = scale.entriesOf(workload);
    return switch (workload) {
      case SMALL, MIX ->
        mapper.readValue(run(Task.FILL, workload, contender, directory, entries), FillLine.class);
      case CAP ->
        mapper.readValue(run(Task.CAP, workload, contender, directory, entries), CapLine.class);
      case REOPEN -> {
        String filled = run(Task.PREPARE, workload, contender, directory, entries);
        yield mapper.readValue(
            run(Task.OPEN, workload, contender, directory, Integer.parseInt(filled)),
            ReopenLine.class);
      }
    };
  }

  private String run(
      Task task, DiskWorkload workload, DiskContender contender, Path directory, int entries)
      throws IOException, InterruptedException {
    var options = new ArrayList<String>(HEAP);
    options.add(task == Task.OPEN ? COUNTED : TIMED);
    options.addAll(contender.javaOptions());
    // Libraries unpack their native code there, and some never delete it.
    options.add("-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve(TEMPORARY)));
    options.addAll(javaOptions);
    String printed = new ForkedJava(DiskWork.class, options, LIMIT)
        .run(List.of(
            task.name(),
            workload.name(),
            contender.name(),
            directory.toString(),
            Integer.toString(entries),
            Long.toString(scale.time().toMillis())));
    return printed.substring(printed.lastIndexOf('\n') + 1); // Java itself may print first
  }
}
