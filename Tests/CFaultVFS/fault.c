#include "CFaultVFS.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  sqlite3_file base;
  char *name;
  sqlite3_file *real;  // lies behind this struct
} fault_file;

static sqlite3_vfs *system_vfs;
static sqlite3_vfs fault_vfs;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *watched;
static fault_operation *operations;
static int64_t operation_count, operation_room;
static int64_t fail_at = -1;
static int fail_code, fail_for_ever, has_failed;

static void forget(void) {
  for (int64_t i = 0; i < operation_count; i++) {
    free((void *)operations[i].name);
    free((void *)operations[i].bytes);
  }
  operation_count = 0;
}

void fault_vfs_watch(const char *folder) {
  pthread_mutex_lock(&lock);
  forget();
  free(watched);
  watched = folder ? strdup(folder) : NULL;
  fail_at = -1;
  has_failed = 0;
  pthread_mutex_unlock(&lock);
}

void fault_vfs_fail(int64_t n, int code, int for_ever) {
  pthread_mutex_lock(&lock);
  fail_at = n;
  fail_code = code;
  fail_for_ever = for_ever;
  has_failed = 0;
  pthread_mutex_unlock(&lock);
}

int64_t fault_vfs_count(void) { return operation_count; }
fault_operation fault_vfs_operation(int64_t n) { return operations[n]; }
int fault_vfs_has_failed(void) { return has_failed; }

// Records one operation; a code other than SQLITE_OK is what it has to fail with.
static int record(
    fault_kind kind, const char *name, int64_t offset, const void *bytes, int64_t count) {
  pthread_mutex_lock(&lock);
  int64_t n = operation_count;
  if (operation_count == operation_room) {
    operation_room = operation_room ? 2 * operation_room : 1024;
    operations = realloc(operations, operation_room * sizeof *operations);
    if (!operations) abort();
  }
  unsigned char *copy = NULL;
  if (count > 0) {
    copy = malloc(count);
    if (!copy) abort();
    memcpy(copy, bytes, count);
  }
  operations[operation_count++] = (fault_operation){
      .kind = kind, .name = strdup(name), .offset = offset, .bytes = copy, .count = count};
  int code = SQLITE_OK;
  if (fail_at >= 0 && (n == fail_at || (fail_for_ever && n > fail_at))) {
    code = fail_code;
    has_failed = 1;
  }
  pthread_mutex_unlock(&lock);
  return code;
}

// A full disk is met by writes only; a failing device by whatever it is asked.
static int outcome(int code, int io_code) {
  return code == SQLITE_OK ? SQLITE_OK : code == SQLITE_FULL ? SQLITE_FULL : io_code;
}

#define REAL(file) (((fault_file *)(file))->real)
#define NAME(file) (((fault_file *)(file))->name)
#define CALL(file, method, ...) REAL(file)->pMethods->method(REAL(file), ##__VA_ARGS__)

static int file_close(sqlite3_file *file) {
  int code = REAL(file)->pMethods ? CALL(file, xClose) : SQLITE_OK;
  free(NAME(file));
  return code;
}
static int file_read(sqlite3_file *file, void *to, int count, sqlite3_int64 offset) {
  return CALL(file, xRead, to, count, offset);
}
static int file_write(sqlite3_file *file, const void *from, int count, sqlite3_int64 offset) {
  int code = record(fault_write, NAME(file), offset, from, count);
  return code ? outcome(code, SQLITE_IOERR_WRITE) : CALL(file, xWrite, from, count, offset);
}
static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  int code = record(fault_truncate, NAME(file), size, NULL, 0);
  if (code == SQLITE_FULL) code = SQLITE_OK;
  return code ? SQLITE_IOERR_TRUNCATE : CALL(file, xTruncate, size);
}
static int file_sync(sqlite3_file *file, int flags) {
  int code = record(fault_sync, NAME(file), 0, NULL, 0);
  return code ? outcome(code, SQLITE_IOERR_FSYNC) : CALL(file, xSync, flags);
}
static int file_size(sqlite3_file *file, sqlite3_int64 *size) { return CALL(file, xFileSize, size); }
static int file_lock(sqlite3_file *file, int level) { return CALL(file, xLock, level); }
static int file_unlock(sqlite3_file *file, int level) { return CALL(file, xUnlock, level); }
static int file_check(sqlite3_file *file, int *held) {
  return CALL(file, xCheckReservedLock, held);
}
static int file_control(sqlite3_file *file, int what, void *argument) {
  return CALL(file, xFileControl, what, argument);
}
static int file_sector(sqlite3_file *file) { return CALL(file, xSectorSize); }
static int file_device(sqlite3_file *file) { return CALL(file, xDeviceCharacteristics); }
static int file_map(sqlite3_file *file, int region, int size, int extend, void volatile **to) {
  return CALL(file, xShmMap, region, size, extend, to);
}
static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return CALL(file, xShmLock, offset, count, flags);
}
static void file_barrier(sqlite3_file *file) { CALL(file, xShmBarrier); }
static int file_unmap(sqlite3_file *file, int erase) { return CALL(file, xShmUnmap, erase); }

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_device,
    .xShmMap = file_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_barrier,
    .xShmUnmap = file_unmap,
};

static int is_watched(const char *path) {
  if (!path) return 0;
  pthread_mutex_lock(&lock);
  int found = watched && strncmp(path, watched, strlen(watched)) == 0;
  pthread_mutex_unlock(&lock);
  return found;
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static int vfs_open(
    sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
  // A file that is not watched is the system's own from here on.
  if (!is_watched(path)) return system_vfs->xOpen(system_vfs, path, file, flags, out);
  fault_file *mine = (fault_file *)file;
  mine->real = (sqlite3_file *)(mine + 1);
  int code = system_vfs->xOpen(system_vfs, path, mine->real, flags, out);
  if (code != SQLITE_OK) {
    mine->base.pMethods = NULL;
    return code;
  }
  mine->name = strdup(last_part(path));
  mine->base.pMethods = &methods;
  return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync) {
  if (is_watched(path)) {
    int code = record(fault_delete, last_part(path), 0, NULL, 0);
    if (code && code != SQLITE_FULL) return SQLITE_IOERR_DELETE;
  }
  return system_vfs->xDelete(system_vfs, path, sync);
}

int fault_vfs_register(void) {
  if (system_vfs) return SQLITE_OK;
  system_vfs = sqlite3_vfs_find(NULL);
  if (!system_vfs) return SQLITE_ERROR;
  fault_vfs = *system_vfs;
  fault_vfs.zName = "fault";
  fault_vfs.pNext = NULL;
  fault_vfs.szOsFile = (int)sizeof(fault_file) + system_vfs->szOsFile;
  fault_vfs.xOpen = vfs_open;
  fault_vfs.xDelete = vfs_delete;
  return sqlite3_vfs_register(&fault_vfs, 1);
}
