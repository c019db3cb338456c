/* The hops of one decision with nothing in them: what libzmq, SQLite and a keep-alive connection cost
 * on this machine, now.
 *
 *   floor FOLDER HOST PORT ROUNDS PAUSE_MS
 *
 * Four processes, joined as the stages are: a PUB is heard by a SUB, whose process hands the 200 bytes
 * on from a DEALER to a ROUTER, and that one again; the last process commits one row with
 * synchronous=FULL and asks the venue for one ticker on a connection that stays. A line a round, in
 * nanoseconds: first hop, second, third, commit, answer, all of it. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { SIZE = 200 };

struct times {
  int64_t at[4];
};

static void die(const char *what) {
  fprintf(stderr, "floor: unable to %s: %s\n", what, strerror(errno));
  exit(70);
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void *socket_at(void *context, int type, const char *folder, const char *name, int binds) {
  char address[4096];
  int zero = 0;
  void *socket = zmq_socket(context, type);
  snprintf(address, sizeof address, "ipc://%s/%s", folder, name);
  if (!socket) die("make a socket");
  zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
  if (binds ? zmq_bind(socket, address) : zmq_connect(socket, address)) die("join a socket");
  return socket;
}

/* The next message of one frame, or the second of two; sleeping in zmq_poll, as the stages do. */
static void take(void *socket, int is_router, void *bytes) {
  zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
  while (zmq_poll(&item, 1, -1) < 1)
    if (errno != EINTR) die("wait");
  if (is_router && zmq_recv(socket, bytes, SIZE, 0) < 0) die("receive");
  if (zmq_recv(socket, bytes, SIZE, 0) != SIZE) die("receive");
}

static void pass_on(void *context, const char *folder, int stage) {
  void *from = stage == 1 ? socket_at(context, ZMQ_SUB, folder, "floor-1", 0)
                          : socket_at(context, ZMQ_ROUTER, folder, "floor-2", 1);
  void *to = socket_at(context, ZMQ_DEALER, folder, stage == 1 ? "floor-2" : "floor-3", 0);
  if (stage == 1) zmq_setsockopt(from, ZMQ_SUBSCRIBE, "", 0);
  char bytes[SIZE];
  while (1) {
    take(from, stage == 2, bytes);
    ((struct times *)bytes)->at[stage] = now();
    if (zmq_send(to, bytes, SIZE, 0) != SIZE) die("send");
  }
}

static sqlite3_stmt *ledger(const char *folder) {
  char path[4096];
  sqlite3 *db;
  sqlite3_stmt *insert = 0;
  snprintf(path, sizeof path, "%s/floor.sqlite", folder);
  if (sqlite3_open(path, &db) ||
      sqlite3_exec(db,
                   "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                   "PRAGMA synchronous = FULL;"
                   "CREATE TABLE bare (number INTEGER PRIMARY KEY, text TEXT) STRICT",
                   0, 0, 0) ||
      sqlite3_prepare_v2(db, "INSERT INTO bare (text) VALUES ('one row of a hundred bytes or so')",
                         -1, &insert, 0))
    die("open a database");
  return insert;
}

static int connect_to(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  inet_pton(AF_INET, host, &address.sin_addr);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect to the venue");
  return fd;
}

/* One request, one answer; the length is read from its head. */
static void ask(int fd, const char *request) {
  char answer[1 << 16];
  size_t got = 0, whole = 0;
  if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0) die("ask the venue");
  while (!whole || got < whole) {
    ssize_t count = recv(fd, answer + got, sizeof answer - 1 - got, 0);
    if (count <= 0) die("hear the venue");
    got += count;
    answer[got] = 0;
    char *end = strstr(answer, "\r\n\r\n"), *length = strcasestr(answer, "content-length:");
    if (end && length) whole = end + 4 - answer + strtoul(length + 15, 0, 10);
  }
}

int main(int count, char **words) {
  if (count != 6) {
    fprintf(stderr, "floor: give FOLDER HOST PORT ROUNDS PAUSE_MS\n");
    return 64;
  }
  const char *folder = words[1];
  int rounds = atoi(words[4]), pause = atoi(words[5]);
  for (int stage = 0; stage < 3; stage++) {
    if (fork()) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    void *context = zmq_ctx_new();
    if (stage) pass_on(context, folder, stage);
    void *out = socket_at(context, ZMQ_PUB, folder, "floor-1", 1);
    char bytes[SIZE] = {0};
    usleep(500000);
    while (1) {
      usleep(pause * 500 + rand() % (pause * 1000 + 1));
      ((struct times *)bytes)->at[0] = now();
      zmq_send(out, bytes, SIZE, 0);
    }
  }
  void *in = socket_at(zmq_ctx_new(), ZMQ_ROUTER, folder, "floor-3", 1);
  sqlite3_stmt *insert = ledger(folder);
  char request[256], bytes[SIZE];
  snprintf(request, sizeof request,
           "GET /derivatives/api/v3/tickers/PF_XBTUSD HTTP/1.1\r\nHost: %s\r\n\r\n", words[2]);
  int venue = connect_to(words[2], atoi(words[3]));
  for (int round = 0; round < rounds; round++) {
    take(in, 1, bytes);
    struct times *times = (struct times *)bytes;
    int64_t arrived = times->at[3] = now();
    if (sqlite3_step(insert) != SQLITE_DONE) die("commit");
    sqlite3_reset(insert);
    int64_t committed = now();
    ask(venue, request);
    int64_t answered = now();
    printf("%lld %lld %lld %lld %lld %lld\n", (long long)(times->at[1] - times->at[0]),
           (long long)(times->at[2] - times->at[1]), (long long)(arrived - times->at[2]),
           (long long)(committed - arrived), (long long)(answered - committed),
           (long long)(answered - times->at[0]));
    fflush(stdout);
  }
  return 0;
}
