/* Signed orders over keep-alive connections, one under way on each, as fast as the venue answers.
 *
 *   load PORT KEY SECRET CONNECTIONS ORDERS
 *
 * Requests are signed before the clock runs. Before and after the orders as many requests are sent
 * to a path that does not exist: what the door costs without the venue, in the same run. Orders are
 * post-only and far from the market, so that they rest and are never held; they are cancelled all at
 * once every 90, below the venue's bound of small orders, and those calls are not counted. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 2048, MOST = 256, PER_CANCEL = 90 };

static unsigned char secret[256];
static int secret_length;
static const char *key;
static int sockets[MOST];

static void die(const char *what) {
  fprintf(stderr, "load: unable to %s: %s\n", what, strerror(errno));
  exit(70);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static char *sign(const char *name, const char *body, long long nonce) {
  char message[LONGEST];
  unsigned char digest[SHA256_DIGEST_LENGTH], code[64];
  unsigned int length = 0;
  char text[128];
  int count = snprintf(message, sizeof message, "%s%lld/api/v3/%s", body, nonce, name);
  SHA256((unsigned char *)message, count, digest);
  HMAC(EVP_sha512(), secret, secret_length, digest, sizeof digest, code, &length);
  EVP_EncodeBlock((unsigned char *)text, code, length);
  char *request = malloc(LONGEST);
  if (!request) die("get memory");
  snprintf(request, LONGEST,
           "POST /derivatives/api/v3/%s HTTP/1.1\r\nHost: localhost\r\nAPIKey: %s\r\n"
           "Nonce: %lld\r\nAuthent: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
           "Content-Length: %zu\r\n\r\n%s",
           name, key, nonce, text, strlen(body), body);
  return request;
}

static int connect_to(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
  return fd;
}

static void put(int fd, const char *request) {
  size_t length = strlen(request);
  if (send(fd, request, length, MSG_NOSIGNAL) != (ssize_t)length) die("send a request");
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Sends every request, one at a time on each connection; says what it saw and returns the rate. */
static double run(const char *name, char **requests, int count, int connections, const char *word) {
  static char buffers[MOST][1 << 16];
  static int filled[MOST], under_way[MOST];
  static double started[MOST];
  double *times = calloc(count, sizeof *times);
  int poller = epoll_create1(0), next = 0, done = 0, counted = 0, good = 0;
  if (!times || poller < 0) die("begin");
  double start = now();
  for (int c = 0; c < connections; c++) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, sockets[c], &event);
    filled[c] = 0;
    under_way[c] = next;
    started[c] = now();
    if (next < count) put(sockets[c], requests[next++]);
  }
  while (done < count) {
    struct epoll_event events[MOST];
    int ready = epoll_wait(poller, events, MOST, 10000);
    if (ready <= 0) die("hear an answer within ten seconds");
    for (int e = 0; e < ready; e++) {
      int c = events[e].data.u32;
      ssize_t got = recv(sockets[c], buffers[c] + filled[c], sizeof buffers[c] - filled[c] - 1, 0);
      if (got <= 0) die("read an answer");
      filled[c] += got;
      buffers[c][filled[c]] = 0;
      char *body = strstr(buffers[c], "\r\n\r\n");
      char *length = strcasestr(buffers[c], "content-length:");
      if (!body || !length || body + 4 + atoi(length + 15) > buffers[c] + filled[c]) continue;
      if (!strstr(requests[under_way[c]], "cancelall")) {
        times[counted++] = now() - started[c];
        good += strstr(body, word) != NULL;
      }
      done++;
      filled[c] = 0;
      if (next >= count) continue;
      under_way[c] = next;
      started[c] = now();
      put(sockets[c], requests[next++]);
    }
  }
  double seconds = now() - start;
  close(poller);
  qsort(times, counted, sizeof *times, compare);
  printf("%-10s %8.0f/s  p50 %6.3f ms  p99 %6.3f ms  max %7.3f ms  %d of %d %s\n", name,
         counted / seconds, times[counted / 2] * 1e3, times[counted * 99 / 100] * 1e3,
         times[counted - 1] * 1e3, good, counted, word);
  free(times);
  if (good != counted) exit(1);
  return counted / seconds;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "load: PORT KEY SECRET CONNECTIONS ORDERS\n");
    return 64;
  }
  int connections = atoi(argv[4]), orders = atoi(argv[5]);
  if (connections < 1 || connections > MOST || orders < 1 || strlen(argv[3]) > 256) {
    fprintf(stderr, "load: 1 to %d connections, orders above 0\n", MOST);
    return 64;
  }
  key = argv[2];
  secret_length = EVP_DecodeBlock(secret, (unsigned char *)argv[3], strlen(argv[3]));
  for (const char *end = argv[3] + strlen(argv[3]); end[-1] == '='; end--) secret_length--;
  long long nonce = (long long)time(NULL) * 1000000;
  char **requests = calloc(2 * orders, sizeof *requests);
  char **nothing = calloc(orders, sizeof *nothing);
  if (!requests || !nothing) die("get memory");
  int count = 0;
  for (int n = 0; n < orders; n++) {
    char body[512];
    snprintf(body, sizeof body,
             "orderType=post&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=%d&cliOrdId=%lld-%d",
             90 + n % 10, nonce, n);
    requests[count++] = sign("sendorder", body, ++nonce);
    if (n % PER_CANCEL == PER_CANCEL - 1) requests[count++] = sign("cancelallorders", "", ++nonce);
    nothing[n] = "GET /derivatives/api/v3/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }
  for (int c = 0; c < connections; c++) sockets[c] = connect_to(atoi(argv[1]));
  double before = run("floor", nothing, orders, connections, "notFound");
  double rate = run("sendorder", requests, count, connections, "\"placed\"");
  double after = run("floor", nothing, orders, connections, "notFound");
  printf("sendorder is %.2f of the floor\n", rate / ((before + after) / 2));
  return 0;
}
