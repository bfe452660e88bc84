/*
 * Preloaded into a Redis server, this moves the server's wall clock.
 *
 * A test writes a number of microseconds, 8 bytes in the machine's order, into the file that SERVER_CLOCK names.
 * Every later reading of the wall clock in the server is off by that much. The monotonic clock stays, as it
 * does when an administrator sets the clock. The file is mapped, so that a test's write is seen at once, and
 * nothing is allocated, because the server may bring an allocator of its own.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NANOS 1000000000LL

static const volatile int64_t *moved_micros;

__attribute__((constructor)) static void map_file(void) {
  const char *name = getenv("SERVER_CLOCK");
  int file = name ? open(name, O_RDONLY) : -1;
  if (file < 0) {
    return;
  }
  void *mapped = mmap(0, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped != MAP_FAILED) {
    moved_micros = mapped;
  }
}

int clock_gettime(clockid_t clock, struct timespec *out) {
  int result = syscall(SYS_clock_gettime, clock, out);
  if (result == 0 && moved_micros && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t nanos = out->tv_sec * NANOS + out->tv_nsec + *moved_micros * 1000;
    out->tv_sec = nanos / NANOS;
    out->tv_nsec = nanos % NANOS;
  }
  return result;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) {
    *out = now.tv_sec;
  }
  return now.tv_sec;
}
