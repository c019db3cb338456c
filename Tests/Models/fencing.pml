/* Fencing: never two routers, whatever is stopped, killed or started twice.
 *
 * Mirrors Ledger (EXCLUSIVE lock, for life), FileLock (OFD lock), the abstract socket named by
 * the API key, Supervisor (generation n + 1 only after n is gone; hung = ABRT, then KILL) and
 * the epoch row that everyone downstream compares.
 *
 * Three lives of a router: two that one supervisor starts in turn, and one that somebody starts
 * by hand, on another state directory with the same key or on the same directory with a new key.
 * Each may be stopped (SIGSTOP) between any two steps, continued, and killed, stopped or not.
 * Each reads the venue, decides and sends.
 */
#define LIVES 3
#define HAND 2            /* the one started by hand */

mtype = { down, starting, owner, decided, dead };

mtype life[LIVES] = down;
bool stopped[LIVES];
byte lock_holder[2];      /* of each state directory: life + 1, or 0 */
byte key_holder[2];       /* of each API key's socket */
bool other_folder;        /* what is different of the one started by hand: folder, or key */
byte next = 0;            /* what the supervisor starts next */
bool hung;                /* it believes the present one to be */
byte epoch_row;           /* durable */
byte epoch[LIVES];
byte heard;               /* what the gate has heard last */
bool report[LIVES];       /* reports on their way to the gate */
byte stops_left = 2;
byte sent_by;             /* who has sent last: life + 1 */

#define LEDGER(k) ((k == HAND && other_folder) -> 1 : 0)
#define KEY(k) ((k == HAND && !other_folder) -> 1 : 0)
#define IS_ALIVE(k) (life[k] != down && life[k] != dead)
#define OWNS(k) (life[k] == owner || life[k] == decided)

inline die(k) {
  life[k] = dead;
  if :: lock_holder[0] == k + 1 -> lock_holder[0] = 0 :: else -> skip fi;
  if :: lock_holder[1] == k + 1 -> lock_holder[1] = 0 :: else -> skip fi;
  if :: key_holder[0] == k + 1 -> key_holder[0] = 0 :: else -> skip fi;
  if :: key_holder[1] == k + 1 -> key_holder[1] = 0 :: else -> skip fi
}

inline take_locks(k) {
#ifndef WITHOUT_LEDGER_LOCK
  if
  :: lock_holder[LEDGER(k)] != 0 -> refused = true
  :: else ->
     lock_holder[LEDGER(k)] = k + 1
  fi;
#endif
#ifndef WITHOUT_KEY_SOCKET
  if
  :: !refused && key_holder[KEY(k)] != 0 -> refused = true
  :: !refused && key_holder[KEY(k)] == 0 -> key_holder[KEY(k)] = k + 1
  :: else -> skip
  fi;
#endif
  if
  :: refused -> die(k)
  :: else -> life[k] = owner; epoch_row++; epoch[k] = epoch_row
  fi
}

/* The kernel lets go of everything. */

proctype router(byte k) {
  bool refused = false;
  do
  :: atomic { life[k] == starting && !stopped[k] -> take_locks(k) }
  :: atomic { life[k] == owner && !stopped[k] -> life[k] = decided }
  :: atomic { life[k] == decided && !stopped[k] ->
       /* Whoever sends is the only one that may. */
       assert(!OWNS(0) || k == 0); assert(!OWNS(1) || k == 1); assert(!OWNS(2) || k == 2);
       sent_by = k + 1; report[k] = true; life[k] = owner }
  :: life[k] == dead -> break
  od
}

active proctype outside() {
  byte k;
  do
  :: atomic { stops_left > 0 ->
       if
       :: OWNS(0) && !stopped[0] -> k = 0
       :: OWNS(1) && !stopped[1] -> k = 1
       :: OWNS(2) && !stopped[2] -> k = 2
       fi;
       stops_left--; stopped[k] = true }
  :: atomic { stopped[0] && life[0] != dead -> stopped[0] = false }
  :: atomic { stopped[1] && life[1] != dead -> stopped[1] = false }
  :: atomic { stopped[2] && life[2] != dead -> stopped[2] = false }
     /* SIGKILL ends a stopped process too, and it never wakes. */
  :: atomic { IS_ALIVE(0) -> die(0) }
  :: atomic { IS_ALIVE(1) -> die(1) }
  :: atomic { IS_ALIVE(2) -> die(2) }
  :: atomic { life[HAND] == down ->
       if :: other_folder = true :: skip fi; life[HAND] = starting; run router(HAND) }
#ifdef WITHOUT_LOCK_FOR_LIFE
     /* A lease instead: it runs out while its owner is stopped. */
  :: atomic { stopped[0] -> lock_holder[0] = 0; key_holder[0] = 0 }
  :: atomic { stopped[1] -> lock_holder[0] = 0; key_holder[0] = 0 }
#endif
  od
}

inline start_next() {
  /* A generation that finds its predecessor alive only uses up a start. */
  assert(next == 0 || life[next - 1] == dead);
  life[next] = starting; hung = false; run router(next); next++
}

active proctype supervisor() {
  do
  :: atomic { next < HAND && (next == 0 || life[next - 1] == dead) -> start_next() }
  :: atomic { next > 0 && stopped[next - 1] && !hung -> hung = true }   /* no heartbeat */
#ifdef WITHOUT_WAITING_FOR_THE_EXIT
  :: atomic { hung && next < HAND -> start_next() }
#else
  :: atomic { hung && IS_ALIVE(next - 1) -> die(next - 1) }
#endif
  od
}


inline hear(k) {
#ifndef WITHOUT_EPOCH
  if
  :: epoch[k] < heard -> skip
  :: else ->
#endif
     assert(epoch[k] >= heard);             /* an old life's word never undoes a newer one's */
     heard = epoch[k]
#ifndef WITHOUT_EPOCH
  fi
#endif
}

/* What the gate believes comes from the newest life that it has heard. */
active proctype gate() {
  do
  :: atomic { report[0] -> report[0] = false; hear(0) }
  :: atomic { report[1] -> report[1] = false; hear(1) }
  od
}

