package io.intelligentcache.disk.internal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A layer over the files of this machine. A test decides for every access whether it fails,
 * whichever code makes it. A store whose directory is a path of this file system can't bypass the
 * layer.
 */
final class FaultyFiles extends FileSystemProvider {
  /** The kinds of access to a file. */
  enum Access {
    LOOK,
    LIST,
    OPEN,
    OPEN_TO_WRITE,
    LOCK,
    READ,
    WRITE,
    TRUNCATE,
    FORCE,
    MAKE,
    MOVE,
    DELETE
  }

  /** Decides whether an access fails. */
  @FunctionalInterface
  interface Fault {
    /** Throws to make the access fail. After a {@link HalfWritten}, half of a write is done. */
    void before(Access access, Path file) throws IOException;

    /** Called when bytes have been read, before the reader gets them. */
    default void read(Path file) {}
  }

  /** Makes a write fail after the first half of its bytes. */
  static final class HalfWritten extends IOException {
    private static final long serialVersionUID = 1;

    HalfWritten(String message) {
      super(message);
    }
  }

  private final FileSystemProvider real;
  private final FaultyFileSystem system;
  private volatile Fault fault = (access, file) -> {};

  FaultyFiles(Path anywhere) {
    this.real = anywhere.getFileSystem().provider();
    this.system = new FaultyFileSystem(this, anywhere.getFileSystem());
  }

  void fault(Fault next) {
    fault = next;
  }

  void before(Access access, Path file) throws IOException {
    fault.before(access, file);
  }

  void read(Path file) {
    fault.read(file);
  }

  /** The same path through this layer. */
  Path path(Path of) {
    return (Path) Proxy.newProxyInstance(
        FaultyFiles.class.getClassLoader(), new Class<?>[] {Path.class}, new FaultyPath(of));
  }

  /**
   * A proxy that delegates every call to the real path, except those that lead to the file system.
   */
  private final class FaultyPath implements InvocationHandler {
    private final Path to;

    FaultyPath(Path to) {
      this.to = to;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      Object[] given = arguments == null ? new Object[0] : arguments.clone();
      if (method.getName().equals("getFileSystem")) {
        return system;
      }
      if (method.getName().equals("toRealPath")) {
        before(Access.LOOK, to);
      }
      for (int i = 0; i < given.length; i++) {
        given[i] = given[i] instanceof Path path ? real(path) : given[i];
      }
      try {
        Object answer = method.invoke(to, given);
        return answer instanceof Path path ? path(path) : answer;
      } catch (InvocationTargetException e) {
        throw requireNonNull(e.getCause());
      }
    }
  }

  static Path real(Path path) {
    return Proxy.isProxyClass(path.getClass())
            && Proxy.getInvocationHandler(path) instanceof FaultyPath faulty
        ? faulty.to
        : path;
  }

  private Path real(Access access, Path path) throws IOException {
    Path to = real(path);
    before(access, to);
    return to;
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    boolean writing = options.contains(StandardOpenOption.WRITE);
    Path file = real(writing ? Access.OPEN_TO_WRITE : Access.OPEN, path);
    return new FaultyChannel(this, file, FileChannel.open(file, options, attributes));
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    Path directory = real(Access.LIST, path);
    DirectoryStream<Path> files = real.newDirectoryStream(directory, file -> true);
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        Iterator<Path> each = files.iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            try {
              before(Access.LIST, directory);
            } catch (IOException e) {
              throw new DirectoryIteratorException(e);
            }
            return each.hasNext();
          }

          @Override
          public Path next() {
            return path(each.next());
          }
        };
      }

      @Override
      public void close() throws IOException {
        files.close();
      }
    };
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    real.createDirectory(real(Access.MAKE, path), attributes);
  }

  @Override
  public void delete(Path path) throws IOException {
    real.delete(real(Access.DELETE, path));
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) throws IOException {
    real.copy(real(Access.READ, from), real(Access.WRITE, to), options);
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    real.move(real(Access.MOVE, from), real(to), options);
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return real.isSameFile(real(Access.LOOK, one), real(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return real.isHidden(real(Access.LOOK, path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return real.getFileStore(real(Access.LOOK, path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    real.checkAccess(real(Access.LOOK, path), modes);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return real.getFileAttributeView(real(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return real.readAttributes(real(Access.LOOK, path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String which, LinkOption... options)
      throws IOException {
    return real.readAttributes(real(Access.LOOK, path), which, options);
  }

  @Override
  public void setAttribute(Path path, String which, Object value, LinkOption... options)
      throws IOException {
    real.setAttribute(real(Access.WRITE, path), which, value, options);
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException();
  }
}
