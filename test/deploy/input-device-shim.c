/* Lets a pipe stand for an input device: writes down the request and what it was asked with, and answers what IOCTL_ERROR says. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int ioctl(int descriptor, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  long value = va_arg(rest, long);
  va_end(rest);
  FILE *log = fopen(getenv("IOCTL_LOG"), "a");
  if (log == NULL) abort();
  fprintf(log, "%d %lx %ld\n", descriptor, request, value);
  fclose(log);
  const char *error = getenv("IOCTL_ERROR");
  if (error == NULL || *error == '\0') return 0;
  errno = atoi(error);
  return -1;
}
