/*
 * A disk as one file, and everything that reaches it in the order in which it did.
 *
 *   block-logger IMAGE LOG FUSE-OPTIONS… MOUNTPOINT
 *
 * The mount point shows two files: `disk` reads and writes IMAGE; `ack` takes what the workload believes to be durable.
 * Each write, each flush and each acknowledgement becomes one record of LOG: kind (u32), length (u32), offset (u64), bytes;
 * all little-endian. Run it with `-s`: one request at a time is what makes the order of the log the order of the disk.
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { KIND_WRITE = 1, KIND_FLUSH = 2, KIND_ACK = 3 };

struct record {
  uint32_t kind;
  uint32_t length;
  uint64_t offset;
};

static int image;
static int log_file;

static int note(enum kind kind, const char *bytes, size_t length, off_t offset) {
  struct record record = {kind, (uint32_t)length, (uint64_t)offset};
  struct iovec parts[2] = {{&record, sizeof record}, {(void *)bytes, length}};
  ssize_t wanted = (ssize_t)(sizeof record + length);
  return writev(log_file, parts, 2) == wanted ? 0 : -EIO;
}

static int is_disk(const char *path) { return strcmp(path, "/disk") == 0; }
static int is_ack(const char *path) { return strcmp(path, "/ack") == 0; }

static int on_getattr(const char *path, struct stat *found, struct fuse_file_info *info) {
  (void)info;
  memset(found, 0, sizeof *found);
  if (strcmp(path, "/") == 0) {
    found->st_mode = S_IFDIR | 0755;
    found->st_nlink = 2;
    return 0;
  }
  if (!is_disk(path) && !is_ack(path)) return -ENOENT;
  found->st_mode = S_IFREG | 0600;
  found->st_nlink = 1;
  if (is_disk(path)) {
    struct stat backing;
    if (fstat(image, &backing) != 0) return -errno;
    found->st_size = backing.st_size;
  }
  return 0;
}

static int on_open(const char *path, struct fuse_file_info *info) {
  if (!is_disk(path) && !is_ack(path)) return -ENOENT;
  /* Past the page cache: a write is a record at once, and a flush stands behind exactly the writes that it covers. */
  info->direct_io = 1;
  return 0;
}

static int on_read(const char *path, char *bytes, size_t length, off_t offset, struct fuse_file_info *info) {
  (void)info;
  if (!is_disk(path)) return 0;
  ssize_t count = pread(image, bytes, length, offset);
  return count < 0 ? -errno : (int)count;
}

static int on_write(const char *path, const char *bytes, size_t length, off_t offset, struct fuse_file_info *info) {
  (void)info;
  if (is_disk(path) && pwrite(image, bytes, length, offset) != (ssize_t)length) return -EIO;
  int failed = note(is_disk(path) ? KIND_WRITE : KIND_ACK, bytes, length, offset);
  return failed != 0 ? failed : (int)length;
}

static int on_fsync(const char *path, int data_only, struct fuse_file_info *info) {
  (void)data_only;
  (void)info;
  return is_disk(path) ? note(KIND_FLUSH, NULL, 0, 0) : 0;
}

static int on_truncate(const char *path, off_t size, struct fuse_file_info *info) {
  (void)size;
  (void)info;
  return is_ack(path) ? 0 : -EPERM;
}

static const struct fuse_operations operations = {
    .getattr = on_getattr,
    .open = on_open,
    .read = on_read,
    .write = on_write,
    .fsync = on_fsync,
    .truncate = on_truncate,
};

int main(int argc, char *argv[]) {
  if (argc < 4) {
    fprintf(stderr, "usage: block-logger IMAGE LOG FUSE-OPTIONS... MOUNTPOINT\n");
    return 2;
  }
  image = open(argv[1], O_RDWR);
  log_file = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  if (image < 0 || log_file < 0) {
    perror("block-logger");
    return 1;
  }
  argv[2] = argv[0];
  return fuse_main(argc - 2, argv + 2, &operations, NULL);
}
