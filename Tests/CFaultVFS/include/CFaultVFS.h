// A SQLite VFS that records what is written to the files below one folder, and can fail the n-th
// of these operations. Everything else goes straight to the system's own VFS.
#ifndef INTERLOCK_CFAULTVFS_H
#define INTERLOCK_CFAULTVFS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  fault_write = 1,
  fault_truncate = 2,
  fault_sync = 3,
  fault_delete = 4,
} fault_kind;

typedef struct {
  fault_kind kind;
  const char *name;  // of the file, without its folder
  int64_t offset;    // of a write; the length of a truncate
  const unsigned char *bytes;
  int64_t count;
} fault_operation;

// Registers the VFS as the default one; once in a process.
int fault_vfs_register(void);

// Begins to record the files below `folder`; forgets what was recorded before. NULL stops it.
void fault_vfs_watch(const char *folder);

// Makes operation `n` (counted from 0) of those recorded fail with SQLite's `code`; `for_ever` all
// after it too. A negative `n` fails none.
void fault_vfs_fail(int64_t n, int code, int for_ever);

int64_t fault_vfs_count(void);
fault_operation fault_vfs_operation(int64_t n);

// Whether the failure that was asked for has happened.
int fault_vfs_has_failed(void);

#endif
