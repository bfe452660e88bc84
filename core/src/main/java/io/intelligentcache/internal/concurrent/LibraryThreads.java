package io.intelligentcache.internal.concurrent;

import static java.util.Objects.requireNonNull;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates the library's own threads: daemons that inherit nothing from the thread that happens to need them first.
 *
 * <p>A thread usually inherits the inheritable thread-locals, context class loader, access-control context, group and
 * priority of the thread that creates it. A pool's thread would keep those of one request for all later ones, and
 * would keep the class loader of a former application alive. A thread created here has no inherited thread-locals,
 * the library's class loader as its context, no application's protection domain in its access-control context, the
 * topmost group, and normal priority.
 */
public final class LibraryThreads implements ThreadFactory {
  private final String prefix;
  private final AtomicInteger made = new AtomicInteger();

  private LibraryThreads(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Creates a factory.
   *
   * @param prefix what the names of its threads begin with; a number follows
   * @return the factory
   */
  public static ThreadFactory named(String prefix) {
    return new LibraryThreads(requireNonNull(prefix, "prefix"));
  }

  /**
   * Creates a thread.
   *
   * @param name its name
   * @param work what it runs
   * @return the thread, not started
   */
  @SuppressWarnings(
      "removal") // as long as Java 17 has access-control contexts, they refer to class loaders
  public static Thread of(String name, Runnable work) {
    requireNonNull(work, "work");
    return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> make(name, work));
  }

  @Override
  public Thread newThread(Runnable work) {
    return of(prefix + made.incrementAndGet(), work);
  }

  @SuppressWarnings("ThreadPriorityCheck") // set only so that it is not inherited
  private static Thread make(String name, Runnable work) {
    var thread = new Thread(topmostGroup(), work, name, 0, false);
    thread.setContextClassLoader(LibraryThreads.class.getClassLoader());
    thread.setDaemon(true);
    thread.setPriority(Thread.NORM_PRIORITY);
    return thread;
  }

  private static ThreadGroup topmostGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }
}
