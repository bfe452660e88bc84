/*
 * Loaded into a Redis server before its C library (LD_PRELOAD): sets the wall clock of that process
 * wrong. The microseconds to add are the first eight bytes of the file that ICM_SERVER_TIME names,
 * which is mapped, so that a change takes effect at once. The monotonic clock stays right. Nothing
 * here allocates memory, because the server may bring an allocator that asks for the time.
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

static const int64_t none = 0;
static const volatile int64_t *ahead_micros;

static void map_file(void) {
  const char *name = getenv("ICM_SERVER_TIME");
  const volatile int64_t *mapped = &none;
  int file = name == NULL ? -1 : open(name, O_RDONLY);
  if (file >= 0) {
    void *page = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) {
      mapped = page;
    }
    close(file);
  }
  ahead_micros = mapped;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int failed = (int) syscall(SYS_clock_gettime, clock, time);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    if (ahead_micros == NULL) {
      map_file();
    }
    int64_t micros = (int64_t) time->tv_sec * 1000000 + time->tv_nsec / 1000 + *ahead_micros;
    time->tv_sec = micros / 1000000;
    time->tv_nsec = micros % 1000000 * 1000;
  }
  return failed;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec now;
  (void) zone;
  clock_gettime(CLOCK_REALTIME, &now);
  if (time != NULL) {
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
  }
  return 0;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) {
    *out = now.tv_sec;
  }
  return now.tv_sec;
}
