// What Glibc's Swift module leaves out: headers it does not carry and variadic calls.
#ifndef INTERLOCK_CLINUX_H
#define INTERLOCK_CLINUX_H

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <stdint.h>
#include <sys/un.h>
#include <sys/xattr.h>
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

// Landlock by its numbers: the headers of Debian 12 know less of it than its kernels do.
static inline int il_landlock_version(void) { return (int)syscall(444, (void *)0, 0UL, 1U); }

// `size` is what the kernel's version of the structure holds: 8, 16 or 24 bytes.
static inline int il_landlock_ruleset(
    uint64_t files, uint64_t network, uint64_t scopes, unsigned long size) {
  struct { uint64_t files, network, scopes; } handled = {files, network, scopes};
  return (int)syscall(444, &handled, size, 0U);
}

static inline int il_landlock_allow(int ruleset, int beneath, uint64_t rights) {
  struct __attribute__((packed)) { uint64_t rights; int32_t beneath; } rule = {rights, beneath};
  return (int)syscall(445, ruleset, 1 /* path beneath */, &rule, 0U);
}

static inline int il_landlock_enter(int ruleset) { return (int)syscall(446, ruleset, 0U); }

// A user, a mount and a network namespace of one's own.
static inline int il_unshare(void) {
  const unsigned long user = 0x10000000UL, mount = 0x00020000UL, network = 0x40000000UL;
  return (int)syscall(SYS_unshare, user | mount | network);
}

static inline int il_mount(
    const char *source, const char *target, const char *type, unsigned long flags,
    const char *data) {
  return mount(source, target, type, flags, data);
}

// A copy of the mount at `path`, not attached anywhere yet, and its attachment.
static inline int il_copy_mount(const char *path) {
  return (int)syscall(428, AT_FDCWD, path, 0x80000U | 1U /* close on exec, clone */);
}

static inline int il_attach_mount(int copy, const char *path) {
  return (int)syscall(429, copy, "", AT_FDCWD, path, 4U /* the source is the descriptor */);
}

// Every mount from the root on: read-only, and no program gains rights by its file.
static inline int il_mounts_read_only(void) {
  struct { uint64_t set, clear, propagation, userns; } change = {1UL | 2UL, 0, 0, 0};
  return (int)syscall(442, AT_FDCWD, "/", 0x8000U /* recursive */, &change, sizeof change);
}

#endif
