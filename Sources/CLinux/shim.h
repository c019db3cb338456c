// What Glibc's Swift module leaves out: headers it does not carry and variadic calls.
#ifndef INTERLOCK_CLINUX_H
#define INTERLOCK_CLINUX_H

#include <fcntl.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

static inline int il_prctl(int option, unsigned long argument) {
  return prctl(option, argument, 0UL, 0UL, 0UL);
}

static inline int il_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0U); }

static inline int il_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, (void *)0, 0U);
}

// An open-file-description lock on the whole file: -1 with EAGAIN when somebody else holds it.
static inline int il_lock_exclusively(int fd) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(fd, 37 /* F_OFD_SETLK */, &whole);
}

// Declared in spawn.h only under _GNU_SOURCE, and Glibc's copy was built without it.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

// accept4 is declared in sys/socket.h only under _GNU_SOURCE; its number is not.
static inline int il_accept(int listener, int flags) {
  return (int)syscall(SYS_accept4, listener, (void *)0, (void *)0, flags);
}

// Whether the kernel's clock is steered by somebody: 1, 0, or -1 when it does not say.
static inline int il_clock_is_synchronised(void) {
  struct timex state = {.modes = 0};
  int answer = adjtimex(&state);
  if (answer < 0) return -1;
  return answer != TIME_ERROR && !(state.status & STA_UNSYNC);
}

// Who is at the other end of a Unix socket.
typedef struct {
  pid_t pid;
  uid_t uid;
} il_peer;

static inline int il_peer_credentials(int fd, il_peer *peer) {
  struct { pid_t pid; uid_t uid; gid_t gid; } credentials;
  socklen_t length = sizeof credentials;
  int result = getsockopt(fd, SOL_SOCKET, 17 /* SO_PEERCRED */, &credentials, &length);
  peer->pid = credentials.pid;
  peer->uid = credentials.uid;
  return result;
}

#endif
