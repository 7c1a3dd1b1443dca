/*
 * Stands between a process and its file calls and clock (LD_PRELOAD), so that a test can make the Nth call below one folder fail.
 * FAULT_SHIM_ROOT names the folder, FAULT_SHIM_CONTROL a file of eight 32-bit little-endian numbers that both sides share:
 *   0 calls to hit (bit mask)  1 errno, or 0 for a short write  2 first call that fails (1 = the next one)  3 how many fail (0 = all from there on)
 *   4 calls seen  5 calls failed  6 seconds that the wall clock is off  7 the last call that failed (its bit)
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum call {
  CALL_OPEN = 1,
  CALL_WRITE = 2,
  CALL_SYNC = 4,
  CALL_RENAME = 8,
  CALL_REMOVE = 16,
  CALL_READ = 32,
  CALL_LOOK = 64,
  CALL_FOLDER = 128,
};

struct control {
  uint32_t mask;
  uint32_t error;
  uint32_t first;
  uint32_t count;
  uint32_t seen;
  uint32_t failed;
  int32_t clock_off_s;
  uint32_t last;
};

static struct control *control;
static const char *root;
static size_t root_length;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("FAULT_SHIM_CONTROL");
  root = getenv("FAULT_SHIM_ROOT");
  if (path == NULL || root == NULL) return;
  root_length = strlen(root);
  int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  int descriptor = real_open(path, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (shared != MAP_FAILED) control = shared;
}

static int is_ours(const char *path) { return path != NULL && strncmp(path, root, root_length) == 0; }

/* 1: this call fails (errno is set, or is 0 for a short write). */
static int hit(enum call call) {
  if ((control->mask & call) == 0) return 0;
  uint32_t number = __atomic_add_fetch(&control->seen, 1, __ATOMIC_SEQ_CST);
  if (number < control->first) return 0;
  if (control->count != 0 && number >= control->first + control->count) return 0;
  __atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
  control->last = call;
  errno = (int)control->error;
  return 1;
}

static int hit_path(enum call call, const char *path) { return control != NULL && is_ours(path) && hit(call); }

static int hit_descriptor(enum call call, int descriptor) {
  if (control == NULL || (control->mask & call) == 0) return 0;
  char link[64];
  char path[1024];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return is_ours(path) && hit(call);
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    if (hit_path(CALL_OPEN, path)) return -1; \
    return real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

/* A short write takes half of the bytes; one of a single byte fails as a full disk would. */
#define SHORTENED(length) \
  if (errno == 0 && (length) > 1) \
    length /= 2; \
  else { \
    if (errno == 0) errno = ENOSPC; \
    return -1; \
  }

ssize_t write(int descriptor, const void *bytes, size_t length) {
  REAL(write);
  if (hit_descriptor(CALL_WRITE, descriptor)) {
    SHORTENED(length)
  }
  return real(descriptor, bytes, length);
}

#define PWRITE(name) \
  ssize_t name(int descriptor, const void *bytes, size_t length, off_t offset) { \
    REAL(name); \
    if (hit_descriptor(CALL_WRITE, descriptor)) { \
      SHORTENED(length) \
    } \
    return real(descriptor, bytes, length, offset); \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PREAD(name) \
  ssize_t name(int descriptor, void *bytes, size_t length, off_t offset) { \
    REAL(name); \
    if (hit_descriptor(CALL_READ, descriptor)) return -1; \
    return real(descriptor, bytes, length, offset); \
  }
PREAD(pread)
PREAD(pread64)

ssize_t read(int descriptor, void *bytes, size_t length) {
  REAL(read);
  if (hit_descriptor(CALL_READ, descriptor)) return -1;
  return real(descriptor, bytes, length);
}

#define ON_DESCRIPTOR(name, call) \
  int name(int descriptor) { \
    REAL(name); \
    return hit_descriptor(call, descriptor) ? -1 : real(descriptor); \
  }
ON_DESCRIPTOR(fsync, CALL_SYNC)
ON_DESCRIPTOR(fdatasync, CALL_SYNC)

int rename(const char *from, const char *to) {
  REAL(rename);
  return hit_path(CALL_RENAME, to) ? -1 : real(from, to);
}

int link(const char *from, const char *to) {
  REAL(link);
  return hit_path(CALL_RENAME, to) ? -1 : real(from, to);
}

int unlink(const char *path) {
  REAL(unlink);
  return hit_path(CALL_REMOVE, path) ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  return hit_path(CALL_FOLDER, path) ? -1 : real(path, mode);
}

int access(const char *path, int mode) {
  REAL(access);
  return hit_path(CALL_LOOK, path) ? -1 : real(path, mode);
}

int statx(int folder, const char *restrict path, int flags, unsigned int mask, struct statx *restrict found) {
  REAL(statx);
  int fails = path[0] == '\0' ? hit_descriptor(CALL_LOOK, folder) : hit_path(CALL_LOOK, path);
  return fails ? -1 : real(folder, path, flags, mask, found);
}

#define SCANDIR(name, entry) \
  int name(const char *restrict path, struct entry ***restrict found, int (*fits)(const struct entry *), \
           int (*order)(const struct entry **, const struct entry **)) { \
    REAL(name); \
    return hit_path(CALL_FOLDER, path) ? -1 : real(path, found, fits, order); \
  }
SCANDIR(scandir, dirent)
SCANDIR(scandir64, dirent64)

int clock_gettime(clockid_t clock, struct timespec *now) {
  REAL(clock_gettime);
  int failed = real(clock, now);
  if (failed == 0 && control != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += control->clock_off_s;
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  REAL(gettimeofday);
  int failed = real(now, zone);
  if (failed == 0 && control != NULL) now->tv_sec += control->clock_off_s;
  return failed;
}

time_t time(time_t *where) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return (time_t)-1;
  if (where != NULL) *where = now.tv_sec;
  return now.tv_sec;
}
