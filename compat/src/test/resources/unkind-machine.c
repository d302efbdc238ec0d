/*
 * Stands between a process and its machine (LD_PRELOAD): syncs that fail or are slow, a wall clock that is
 * wrong. What is to happen is in a small file that the process maps, named by NARU_MACHINE: 64-bit numbers,
 *
 *   0  how many syncs fail with EIO from now on (each takes one away; negative: all)
 *   1  milliseconds that each sync takes longer
 *   2  milliseconds that are added to the wall clock
 *   3  how many writes to files fail with EIO from now on (each takes one away)
 *   4  counts the syncs that failed
 *   5  counts the writes that failed
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *machine;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("NARU_MACHINE");
  if (!path) return;
  int fd = open(path, O_RDWR);
  if (fd < 0) return;
  void *at = mmap(0, 64, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at != MAP_FAILED) machine = at;
  close(fd);
}

static int takes(int index) {
  int64_t left = machine[index];
  if (left == 0) return 0;
  if (left > 0) __sync_fetch_and_sub(&machine[index], 1);
  return 1;
}

static int sync_of(int fd, long call) {
  if (machine) {
    int64_t ms = machine[1];
    if (ms > 0) usleep((useconds_t)(ms * 1000));
    if (takes(0)) {
      __sync_fetch_and_add(&machine[4], 1);
      errno = EIO;
      return -1;
    }
  }
  return (int)syscall(call, fd);
}

int fsync(int fd) { return sync_of(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_of(fd, SYS_fdatasync); }
int syncfs(int fd) { return sync_of(fd, SYS_syncfs); }

static int write_fails(int fd) {
  if (!machine || machine[3] == 0) return 0;
  struct stat what;
  if (fstat(fd, &what) != 0 || !S_ISREG(what.st_mode) || !takes(3)) return 0;
  __sync_fetch_and_add(&machine[5], 1);
  errno = EIO;
  return 1;
}

ssize_t write(int fd, const void *from, size_t size) {
  return write_fails(fd) ? -1 : syscall(SYS_write, fd, from, size);
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at) {
  return write_fails(fd) ? -1 : syscall(SYS_pwrite64, fd, from, size, at);
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
  return write_fails(fd) ? -1 : syscall(SYS_pwrite64, fd, from, size, at);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = (int)syscall(SYS_clock_gettime, clock, now);
  if (machine && result == 0 && clock == CLOCK_REALTIME) {
    int64_t ns = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + machine[2] * 1000000;
    now->tv_sec = ns / 1000000000;
    now->tv_nsec = ns % 1000000000;
  }
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  (void)zone;
  struct timespec fine;
  if (clock_gettime(CLOCK_REALTIME, &fine) != 0) return -1;
  now->tv_sec = fine.tv_sec;
  now->tv_usec = fine.tv_nsec / 1000;
  return 0;
}
