package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.internal.FaultyFiles.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Simulates which data a device keeps after a loss of power. Synced data is kept. Of all other
 * data, each page of 4 KiB is either old or present, in no order. The same is true for the names of
 * files.
 */
final class PowerCut implements FaultyFiles.Fault {
  private static final int PAGE = 4096;

  private final Path directory;

  /** The files as they were last synced; an empty one if only its name was synced. */
  private final Map<String, byte[]> forced = new HashMap<>();

  PowerCut(Path directory) {
    this.directory = directory;
  }

  @Override
  public synchronized void before(Access access, Path file) throws IOException {
    if (access == Access.FORCE && Files.isDirectory(file)) {
      Set<String> names = names();
      forced.keySet().retainAll(names);
      names.forEach(name -> forced.putIfAbsent(name, new byte[0]));
    } else if (access == Access.FORCE) {
      forced.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Set<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      names.remove("LOCK");
      return names;
    }
  }

  /** Writes the files that are left to another directory. Nothing may be written meanwhile. */
  synchronized void cut(Path into, Random random) throws IOException {
    Files.createDirectories(into);
    Set<String> names = names();
    names.addAll(forced.keySet());
    int keep = random.nextInt(101); // percentage of pages that survive
    for (String name : names) {
      byte[] before = forced.get(name);
      Path file = directory.resolve(name);
      byte[] after = Files.exists(file) ? Files.readAllBytes(file) : null;
      byte[] left = left(before, after, keep, random);
      if (left != null) {
        Files.write(into.resolve(name), left);
      }
    }
  }

  private static byte @Nullable [] left(
      byte @Nullable [] before, byte @Nullable [] after, int keep, Random random) {
    if (before == null || after == null) { // created or deleted, and the name was not synced
      byte[] only = before == null ? after : before;
      if (only == null || random.nextInt(100) >= keep) {
        return before == null ? null : before;
      }
      return before == null ? left(new byte[0], only, keep, random) : null;
    }
    byte[] left = Arrays.copyOf(before, random.nextInt(100) < keep ? after.length : before.length);
    for (int page = 0; page < left.length; page += PAGE) {
      int end = Math.min(page + PAGE, Math.min(left.length, after.length));
      if (end > page && random.nextInt(100) < keep) {
        System.arraycopy(after, page, left, page, end - page);
      }
    }
    return left;
  }
}
