/* SHA-256 of 64 bytes, so many a second of one core: what this machine does now, to set a rate beside. */
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static double cpu(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(void) {
  unsigned char bytes[64] = {0};
  long count = 0;
  double begun = cpu(), passed;
  do {
    for (int i = 0; i < 10000; i++) SHA256(bytes, sizeof bytes, bytes);
    count += 10000;
    passed = cpu() - begun;
  } while (passed < 0.2);
  printf("%.0f %d\n", count / passed, bytes[0]);
  return 0;
}
