/* Loaded into every stage of a pipeline that is measured (LD_PRELOAD): notes when a frame goes to
 * libzmq, when one comes out of it, when a question's or an order's bytes leave the router, and when
 * an answer's leave the venue.
 *
 * One file a process in $INTERLOCK_TRACE, mapped before the stage gives up its rights. An entry costs a
 * clock reading and a copy of a few hundred bytes, so what is measured is a little slower than it is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { HEAD = 1000, MOST = 120000 };
enum { SENT = 1, RECEIVED = 2, ORDER = 3, QUESTION = 4, ANSWER = 5 };

struct entry {
  int64_t at;
  uint32_t kind, length;
  uint64_t hash;
  unsigned char head[HEAD];
};

static struct entry *entries;
static atomic_uint used;
static int (*real_zmq_send)(void *, const void *, size_t, int);
static int (*real_zmq_msg_recv)(zmq_msg_t *, void *, int);
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_writev)(int, const struct iovec *, int);

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void note(int64_t at, uint32_t kind, const void *bytes, size_t length) {
  if (!entries || length < 16) return;
  unsigned index = atomic_fetch_add(&used, 1);
  if (index >= MOST) return;
  struct entry *entry = &entries[index];
  uint64_t hash = 1469598103934665603ULL;
  const unsigned char *from = bytes;
  for (size_t i = 0; i < length && i < HEAD; i++) hash = (hash ^ from[i]) * 1099511628211ULL;
  entry->hash = hash;
  entry->length = length;
  entry->at = at;
  memcpy(entry->head, bytes, length < HEAD ? length : HEAD);
  entry->kind = kind;
}

__attribute__((constructor)) static void begin(void) {
  real_zmq_send = dlsym(RTLD_NEXT, "zmq_send");
  real_zmq_msg_recv = dlsym(RTLD_NEXT, "zmq_msg_recv");
  real_send = dlsym(RTLD_NEXT, "send");
  real_writev = dlsym(RTLD_NEXT, "writev");
  const char *folder = getenv("INTERLOCK_TRACE");
  if (!folder || !real_zmq_send) return;
  char path[4096];
  snprintf(path, sizeof path, "%s/%s-%d", folder, program_invocation_short_name, getpid());
  int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof(struct entry) * MOST)) return;
  void *place = mmap(0, sizeof(struct entry) * MOST, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (place != MAP_FAILED) entries = place;
}

int zmq_send(void *socket, const void *bytes, size_t length, int flags) {
  int64_t at = now();
  int sent = real_zmq_send(socket, bytes, length, flags);
  if (sent >= 0) note(at, SENT, bytes, length);
  return sent;
}

int zmq_msg_recv(zmq_msg_t *message, void *socket, int flags) {
  int got = real_zmq_msg_recv(message, socket, flags);
  if (got > 0) note(now(), RECEIVED, zmq_msg_data(message), got);
  return got;
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
  if (entries && length > 40 && !strncmp(program_invocation_short_name, "order-router", 12)) {
    size_t line = length < 80 ? length : 80;
    if (memmem(bytes, line, "sendorder", 9))
      note(now(), ORDER, bytes, length);
    else if (memmem(bytes, line, "GET /derivatives", 16))
      note(now(), QUESTION, bytes, length);
  }
  return real_send(fd, bytes, length, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  ssize_t written = real_writev(fd, parts, count);
  if (entries && written > 40 && parts->iov_len > 8 && !memcmp(parts->iov_base, "HTTP/1.1", 8) &&
      !strncmp(program_invocation_short_name, "paper-venue", 11))
    note(now(), ANSWER, parts->iov_base, parts->iov_len);
  return written;
}
