/*
 * Copies the input device on its standard input to its standard output, as cat does, and keeps the device for itself
 * (EVIOCGRAB, linux/input.h): what is typed or scanned reaches neither the text console nor anything else on the box.
 * The kernel ends the grab with this program. Exit status: 0 at the end of the device, 1 with one line when it fails.
 */
#include <errno.h>
#include <linux/input.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Many events; a read returns what is there. */
#define CHUNK_BYTES 4096

static int fail(const char *what) {
  fprintf(stderr, "till-grab: %s: %s\n", what, strerror(errno));
  return 1;
}

static int write_all(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return -1;
    bytes += written;
    length -= (size_t)written;
  }
  return 0;
}

int main(void) {
  static char bytes[CHUNK_BYTES];
  if (ioctl(STDIN_FILENO, EVIOCGRAB, 1) < 0) return fail("this device cannot be kept for the terminal");
  for (;;) {
    ssize_t length = read(STDIN_FILENO, bytes, sizeof bytes);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return fail("the device");
    if (length == 0) return 0;
    if (write_all(bytes, (size_t)length) < 0) return fail("the terminal");
  }
}
