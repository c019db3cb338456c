/* The kill latch: after an acknowledged kill no order byte leaves, until an operator lifts it.
 *
 * Mirrors the order of architecture §6 (latch file, broadcast, SIGKILL after 50 ms, acknowledge
 * ledger first and file last), CurlTransfer.beforeSending (the last look, in the prerequest
 * callback), LatchFile and SupervisorMachine+Kill; the supervisor starts the next router only after
 * the last one is gone.
 *
 * One command presses, one operator may later lift. The router may be stopped and continued
 * between any two of its steps, killed, and started again; the command may die in the middle of
 * writing the block. A router answers a kill only from its own loop, never between its last look
 * and its byte.
 */
#ifndef LIVES
#define LIVES 3
#endif

mtype = { clear, torn, latched };        /* the block on disk */
mtype = { idle, decided, looked, down };

mtype block = clear;
byte presses;                            /* journaled kills and lifts, in the ledger: durable */
byte lifts;
bool told;                               /* the kill message is on its way to the router */
bool answered;                           /* by this life of the router, from its loop */
bool verified;                           /* the command has said: latched, router silent */
bool begun;                              /* the first byte of the block was written */
bool lifted;                             /* the file was cleared by an operator */
mtype router_at = idle;
bool stopped;
bool cached;                             /* what this life read when it started, and believes */
byte lives = 1;
byte pauses;
byte supervisor_waits;

#ifdef WITHOUT_TORN_COUNTS_AS_LATCHED
#define IS_CLEAR(b) (b != latched)
#else
#define IS_CLEAR(b) (b == clear)
#endif
#ifdef WITHOUT_LOOK_BEFORE_EACH_SEND
#define SEES_CLEAR cached
#else
#define SEES_CLEAR IS_CLEAR(block)
#endif

inline emit() {
  router_at = idle;
  assert(!verified || lifted);           /* no order byte after an acknowledged kill */
  assert(!lifted || lifts == 1)          /* nor before the lift is journaled */
}

inline start() {
  router_at = idle; answered = false; stopped = false; cached = IS_CLEAR(block)
}

inline die() {
  router_at = down; answered = false; stopped = false; told = false
}

active proctype router() {
  cached = true;
  do
  :: atomic { router_at == idle && !stopped -> router_at = decided }
     /* The last look and the first byte: two steps, so that it can be stopped between them. */
  :: atomic { router_at == decided && !stopped ->
       if
       :: SEES_CLEAR -> router_at = looked
       :: else -> router_at = idle
       fi }
  :: atomic { router_at == looked && !stopped -> emit() }
     /* The kill is heard and answered by the same loop, so never between look and byte. */
#ifdef WITHOUT_ANSWER_FROM_THE_LOOP
  :: atomic { told && !stopped && router_at != down -> told = false; answered = true }
#else
  :: atomic { told && !stopped && (router_at == idle || router_at == decided) ->
       told = false; answered = true }
#endif
  od
}

active proctype outside() {
  do
  :: atomic { router_at != down && !stopped && pauses < 2 -> pauses++; stopped = true }
  :: atomic { stopped -> stopped = false }
  :: atomic { router_at != down && lives < LIVES -> die() }
  :: atomic { router_at == down && lives < LIVES -> lives++; start() }
  od
}

/* interlock kill-switch activate, and the supervisor's 50 ms. */
active proctype command() {
  begun = true;
#ifndef WITHOUT_DURABLE_LATCH
  block = torn;
  if
  :: block = latched
  :: goto over                           /* the command dies in the middle: never verified */
  fi;
#endif
  if :: router_at != down -> told = true :: else -> skip fi;
  if
  :: atomic { answered -> verified = true }
  :: atomic { router_at == down -> verified = true }
     /* Silent for 50 ms. */
#ifdef WITHOUT_SIGKILL_OF_A_SILENT_ROUTER
  :: atomic { !answered -> verified = true }
#else
  :: atomic { !answered && router_at != down -> die(); verified = true }
#endif
  fi;
  presses = 1;
over:
  /* interlock kill-switch acknowledge: ledger first, file last; it may die between. */
  if
  :: skip
#ifdef WITHOUT_LEDGER_FIRST
  :: lifted = true; block = clear; if :: skip :: lifts = 1 fi
#else
  :: lifts = 1; if :: skip :: atomic { lifted = true; block = clear } fi
#endif
  fi
}

/* A block that was begun and not lifted is never clear to a look that comes later. */
active proctype watch() {
  atomic { block == torn && router_at == decided && !stopped && SEES_CLEAR -> assert(false) }
}
