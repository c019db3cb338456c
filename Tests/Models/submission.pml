/* Submission: one decision is at most one order, and the ledger ends up telling the truth.
 *
 * Mirrors RouterMachine+Admission (layers 1, 2, 3, 5), +Placement (journal, then send), +Reading
 * and OrderResolution (what ends UNKNOWN), RouterLoop.commitThenAct, CurlTransfer.beforeSending.
 *
 * Two decisions on one instrument, one of them offered twice; the router dies up to CRASHES
 * times, anywhere. A request may be lost or come late, an answer may be lost, come late or come
 * twice, the venue may hold an order invisibly (Maker Protection), refuse it, fill or drop it,
 * and once show no position that it has. The venue does not know a client order id again.
 * Positions close at any time. Somebody else may open a position on the same account. Time is
 * counted in ticks.
 *
 * Each -DWITHOUT_… takes one protection away; -DONLY_… asserts one promise alone.
 */
#if !defined(ONLY_ONE_ORDER) && !defined(ONLY_NOTHING_LOST) && !defined(ONLY_TRUE_LEDGER) && \
  !defined(ONLY_NO_STACKING) && !defined(ONLY_CHECKED) && !defined(ONLY_NO_BYTE)
#define ONLY_ONE_ORDER
#define ONLY_NOTHING_LOST
#define ONLY_TRUE_LEDGER
#define ONLY_NO_STACKING
#define ONLY_CHECKED
#define ONLY_NO_BYTE
#endif
#ifdef ONLY_ONE_ORDER      /* one decision, at most one order */
#define ONE_ORDER(x) assert(x)
#else
#define ONE_ORDER(x) skip
#endif
#ifdef ONLY_NOTHING_LOST   /* what was acknowledged is in the ledger, and comes to an end */
#define NOTHING_LOST(x) assert(x)
#else
#define NOTHING_LOST(x) skip
#endif
#ifdef ONLY_TRUE_LEDGER    /* a terminal state is what the venue did, for ever */
#define TRUE_LEDGER(x) assert(x)
#else
#define TRUE_LEDGER(x) skip
#endif
#ifdef ONLY_NO_STACKING    /* no entry fills on top of another one */
#define NO_STACKING(x) assert(x)
#else
#define NO_STACKING(x) skip
#endif
#ifdef ONLY_CHECKED        /* nothing leaves for an instrument that somebody else holds */
#define CHECKED(x) assert(x)
#else
#define CHECKED(x) skip
#endif
#ifdef ONLY_NO_BYTE        /* of what is DENIED no byte has left */
#define NO_BYTE(x) assert(x)
#else
#define NO_BYTE(x) skip
#endif
#ifndef CRASHES
#define CRASHES 2
#endif
#define DEADLINE 1   /* ticks from the commit to processBefore */
#define HOLD 1       /* the venue's longest hold */
#define SKEW 1       /* how far the venue's clock may be behind ours */

#ifdef WITHOUT_DEADLINE_WAIT
#define SETTLE 0
#else
#ifdef WITHOUT_HOLD_WAIT
#define SETTLE (DEADLINE + SKEW)
#else
#ifdef WITHOUT_SKEW_MARGIN
#define SETTLE (DEADLINE + HOLD)
#else
#define SETTLE (DEADLINE + HOLD + SKEW)
#endif
#endif
#endif

mtype = { none, sending, unknown, filled, rejected, cancelled, not_placed, denied };
mtype = { absent, held, placed };   /* the venue also uses filled, rejected, cancelled */

/* The ledger: durable. */
mtype ledger[2] = none;
byte settles[2];            /* ticks until absence counts */
bool ledger_position;

/* The gate's file of acknowledgements, and what the proposer still offers. */
bool acknowledged[2];
byte offers[2];            /* how often each is still offered */

/* The venue. A slot is one client order id: the second two are attempt 2, of mutants only. */
mtype venue[4] = absent;
byte deadline[4];           /* ticks while the venue still takes it */
byte hold[4];
byte lookup[4];             /* ticks while the order look-up still knows a finished order */
byte orders[2];             /* orders taken, per decision */
bool position;
bool foreign;
bool hidden_once;

/* The network. */
byte requests[4];
mtype answer[4] = none;

/* The router's memory: gone with its life. */
bool to_commit[2];
bool fresh[2];              /* accepted in this life, and no byte has left */
bool cleared[2];            /* layer 4 said yes */
bool sent[2];
bool reading[2];
mtype seen[2] = none;
bool settled_at_start[2];
bool foreign_at_accept[2];  /* for the assertion only */
bool foreign_last_seen;
bool has_read[2];           /* one reading a tick is enough */
byte attempt[2];
byte crashes;
bool resent;

#define SLOT(i) (i + 2 * attempt[i])
#define IS_TERMINAL(state) (state != none && state != sending && state != unknown)
#define IS_OPEN(i) (ledger[i] == sending || ledger[i] == unknown)

#ifdef WITHOUT_LAYER_1_INTENT_HASH
#define IS_KNOWN(i) (IS_OPEN(i))
#else
#define IS_KNOWN(i) (ledger[i] != none)
#endif
/* Layers 2 and 5 are one fact seen twice: the lock row, and the fold over what is not terminal. */
#ifdef WITHOUT_LAYERS_2_AND_5_LOCK
#define IS_LOCKED(i) false
#else
#define IS_LOCKED(i) (IS_OPEN(1 - i) || fresh[1 - i])
#endif
#ifdef WITHOUT_LAYER_3_PYRAMIDING
#define LEDGER_SAYS_POSITION false
#else
#define LEDGER_SAYS_POSITION ledger_position
#endif

/* What no longer matters of a decision that is over, so that equal states look equal. */
inline over(i) {
  settles[i] = 0; has_read[i] = false; reading[i] = false; seen[i] = none; sent[i] = false;
  settled_at_start[i] = false; lookup[SLOT(i)] = 0
}

inline commit(i) {
  ledger[i] = sending;
  settles[i] = SETTLE
}

inline accept(i) {
  fresh[i] = true; cleared[i] = false; sent[i] = false; has_read[i] = false;
  if :: ledger[i] != none -> requests[SLOT(i)] = 0 :: else -> skip fi;   /* long dead */
  venue[SLOT(i)] = absent;
  foreign_at_accept[i] = foreign;
  if
  :: deadline[SLOT(i)] = DEADLINE
  :: deadline[SLOT(i)] = DEADLINE + SKEW
  fi;
#ifdef WITHOUT_COMMIT_BEFORE_ACKNOWLEDGEMENT
  acknowledged[i] = true; to_commit[i] = true;
#else
#ifdef WITHOUT_JOURNAL_BEFORE_SEND
  to_commit[i] = true;
#else
  commit(i);   /* ACCEPTED and SENDING in one transaction */
#endif
  acknowledged[i] = true;
#endif
}

inline offer(i) {
  offers[i]--;
  if
  :: IS_KNOWN(i) -> skip                     /* says what was said */
  :: !IS_KNOWN(i) && (fresh[i] || IS_LOCKED(i) || LEDGER_SAYS_POSITION) -> skip
  :: else -> accept(i)
  fi
}

/* Layer 4: the venue is asked while or after the ledger commits; the first byte waits for both. */
inline layer_4(i) {
#ifdef WITHOUT_LAYER_4_EXCHANGE_CHECK
  cleared[i] = true;
#else
#ifdef WITHOUT_FRESH_EXCHANGE_CHECK
  if :: foreign_last_seen -> deny(i) :: else -> cleared[i] = true fi;
#else
  if
  :: foreign -> deny(i)                      /* a fill that the ledger cannot explain */
  :: !foreign && position -> deny(i)
  :: !foreign && position && !hidden_once -> hidden_once = true; cleared[i] = true
  :: !foreign && !position -> cleared[i] = true
  fi;
#endif
#endif
}

inline deny(i) {
  ledger[i] = denied; fresh[i] = false; foreign_at_accept[i] = false; over(i);
  NO_BYTE(venue[SLOT(i)] == absent && requests[SLOT(i)] == 0)
}

inline send(i) {
  CHECKED(!foreign_at_accept[i]);
  fresh[i] = false; cleared[i] = false; sent[i] = true; foreign_at_accept[i] = false;
  requests[SLOT(i)]++
}

inline hear(i) {
  if
  :: answer[SLOT(i)] == filled -> ledger[i] = filled; ledger_position = true
  :: answer[SLOT(i)] == rejected -> ledger[i] = rejected
  :: answer[SLOT(i)] == placed -> ledger[i] = unknown; sent[i] = false
  fi;
  if :: answer[SLOT(i)] = none :: skip fi;   /* it may come twice */
  if :: IS_TERMINAL(ledger[i]) -> over(i) :: else -> skip fi
}

/* What a reading of all sources shows of the order. */
inline look(i) {
  reading[i] = true; has_read[i] = true;
  settled_at_start[i] = (settles[i] == 0);
  seen[i] = none;
  if
#ifdef WITHOUT_ALL_SOURCES
  :: lookup[SLOT(i)] > 0 -> seen[i] = venue[SLOT(i)]
#else
  :: venue[SLOT(i)] == filled -> seen[i] = filled
  :: (venue[SLOT(i)] == rejected || venue[SLOT(i)] == cancelled) &&
     (lookup[SLOT(i)] > 0 || settles[i] == 0) -> seen[i] = venue[SLOT(i)]
#endif
  :: else -> skip
  fi
}

#ifdef WITHOUT_READING_AFTER_SETTLING
#define ABSENCE_COUNTS(i) (settles[i] == 0)
#else
#define ABSENCE_COUNTS(i) settled_at_start[i]
#endif

inline judge(i) {
  reading[i] = false;
  if
  :: seen[i] == filled -> ledger[i] = filled; ledger_position = true
  :: seen[i] == rejected || seen[i] == cancelled -> ledger[i] = seen[i]
  :: seen[i] == none && ABSENCE_COUNTS(i) ->
     TRUE_LEDGER(venue[SLOT(i)] == absent || venue[SLOT(i)] == rejected);
     ledger[i] = not_placed
  :: else -> skip
  fi;
  seen[i] = none; settled_at_start[i] = false;
  if :: IS_TERMINAL(ledger[i]) -> over(i) :: else -> skip fi
}

/* The next life: what was in flight may or may not have arrived. */
inline recover(i) {
  to_commit[i] = false; fresh[i] = false; cleared[i] = false;
  sent[i] = false; reading[i] = false; seen[i] = none; settled_at_start[i] = false;
  foreign_at_accept[i] = false; has_read[i] = false;
  answer[i] = none; answer[i + 2] = none;
#ifdef WITHOUT_CRASH_IN_SENDING_IS_UNKNOWN
  if :: ledger[i] == sending -> ledger[i] = none :: else -> skip fi
#else
  if :: ledger[i] == sending -> ledger[i] = unknown :: else -> skip fi
#endif
}

inline silence(i) {
#ifdef WITHOUT_SILENCE_IS_UNKNOWN
  ledger[i] = rejected
#else
  ledger[i] = unknown; sent[i] = false
#endif
}

inline retry(i) {
  attempt[i] = 1; ledger[i] = sending; settles[i] = SETTLE; deadline[SLOT(i)] = DEADLINE;
  sent[i] = true; requests[SLOT(i)]++
}

#define ROUTER_STEPS(i) \
  :: atomic { offers[i] > 0 -> offer(i) } \
  :: atomic { to_commit[i] -> to_commit[i] = false; commit(i) } \
  :: atomic { fresh[i] && !cleared[i] && ledger[i] != none -> layer_4(i) } \
  :: atomic { fresh[i] && cleared[i] -> send(i) } \
  :: atomic { sent[i] && ledger[i] == sending && answer[SLOT(i)] != none -> hear(i) } \
  :: atomic { ledger[i] == unknown && !reading[i] && !has_read[i] -> look(i) } \
  :: atomic { reading[i] && ledger[i] == unknown -> judge(i) }

active proctype router() {
  offers[0] = 2; offers[1] = 1;
  do
  ROUTER_STEPS(0)
  ROUTER_STEPS(1)
  :: atomic { sent[0] && ledger[0] == sending -> silence(0) }
  :: atomic { sent[1] && ledger[1] == sending -> silence(1) }
#ifdef WITHOUT_JOURNAL_BEFORE_SEND
  :: atomic { fresh[0] && !cleared[0] -> layer_4(0) }
  :: atomic { fresh[1] && !cleared[1] -> layer_4(1) }
#endif
#ifdef WITHOUT_RESOLUTION_BEFORE_RETRY
  :: atomic { ledger[0] == unknown && attempt[0] == 0 -> retry(0) }
  :: atomic { ledger[1] == unknown && attempt[1] == 0 -> retry(1) }
#endif
#ifdef WITHOUT_DENIAL_ONLY_IN_THE_LIFE_OF_THE_COMMIT
  :: atomic { ledger[0] == unknown && !sent[0] && position -> deny(0) }
  :: atomic { ledger[1] == unknown && !sent[1] && position -> deny(1) }
#endif
#ifdef WITHOUT_FRESH_EXCHANGE_CHECK
  :: foreign_last_seen = foreign
#endif
  :: atomic { ledger_position && !position && !IS_OPEN(0) && !IS_OPEN(1) ->
       ledger_position = false }
  :: atomic { crashes < CRASHES -> crashes++; recover(0); recover(1); foreign_last_seen = false }
  od
}

/* The venue takes a request that has arrived. */
inline take(s, i) {
  requests[s]--;
  if
#ifndef WITHOUT_PROCESS_BEFORE
  :: deadline[s] == 0 -> answer[s] = rejected
#endif
#ifdef WITHOUT_PROCESS_BEFORE
  :: true ->
#else
  :: else ->
#endif
     if
     :: venue[s] = rejected; answer[s] = rejected; known(s, i)
     :: came(i); venue[s] = held; hold[s] = HOLD; answer[s] = placed
     :: came(i); fill(s, i); answer[s] = filled
     :: came(i); venue[s] = cancelled; known(s, i); answer[s] = placed
     fi
  fi;
  if :: requests[s] == 0 && attempt[i] == 0 -> deadline[s] = 0 :: else -> skip fi
}

inline known(s, i) { lookup[s] = (IS_TERMINAL(ledger[i]) -> 0 : 1) }

inline came(i) {
  orders[i]++;
  ONE_ORDER(orders[i] <= 1);
  TRUE_LEDGER(!IS_TERMINAL(ledger[i]))
}

inline fill(s, i) {
  NO_STACKING(!position);
  TRUE_LEDGER(!IS_TERMINAL(ledger[i]));
  position = true; venue[s] = filled; known(s, i)
}

#define VENUE_STEPS(s, i) \
  :: atomic { requests[s] > 0 -> take(s, i) } \
  :: atomic { requests[s] > 0 -> requests[s]--; \
       if :: requests[s] == 0 -> deadline[s] = 0 :: else -> skip fi } \
  :: atomic { answer[s] != none -> answer[s] = none } \
  :: atomic { venue[s] == held -> hold[s] = 0; fill(s, i) } \
  :: atomic { venue[s] == held -> hold[s] = 0; venue[s] = cancelled; known(s, i) }

active proctype outside() {
  do
  VENUE_STEPS(0, 0)
  VENUE_STEPS(1, 1)
#ifdef WITHOUT_RESOLUTION_BEFORE_RETRY
  VENUE_STEPS(2, 0)
  VENUE_STEPS(3, 1)
#endif
  :: position -> position = false
  :: atomic { !foreign -> foreign = true }
#ifdef WITHOUT_GUARD_AGAINST_RESENDING
  :: atomic { sent[0] && ledger[0] == sending && !resent -> resent = true; requests[0]++ }
#endif
  od
}

#define DOWN(x) if :: x > 0 -> x-- :: else -> skip fi

active proctype clock() {
  do
  :: atomic {
       (settles[0] + settles[1] + deadline[0] + deadline[1] + deadline[2] + deadline[3] +
        lookup[0] + lookup[1] + lookup[2] + lookup[3] > 0) &&
       !(venue[0] == held && hold[0] == 0) && !(venue[1] == held && hold[1] == 0) &&
       !(venue[2] == held && hold[2] == 0) && !(venue[3] == held && hold[3] == 0) ->
       DOWN(settles[0]); DOWN(settles[1]);
       DOWN(deadline[0]); DOWN(deadline[1]); DOWN(deadline[2]); DOWN(deadline[3]);
       DOWN(hold[0]); DOWN(hold[1]); DOWN(hold[2]); DOWN(hold[3]);
       DOWN(lookup[0]); DOWN(lookup[1]); DOWN(lookup[2]); DOWN(lookup[3]);
       has_read[0] = false; has_read[1] = false
     }
  od
}

/* When nothing can happen any more, nothing acknowledged is forgotten and nothing is in doubt. */
active proctype end() {
  timeout ->
  NOTHING_LOST(!acknowledged[0] || ledger[0] != none);
  NOTHING_LOST(!acknowledged[1] || ledger[1] != none);
  NOTHING_LOST(!IS_OPEN(0) && !IS_OPEN(1));
  TRUE_LEDGER(ledger[0] != filled || orders[0] == 1);
  TRUE_LEDGER(ledger[1] != filled || orders[1] == 1);
  TRUE_LEDGER(orders[0] == 0 || ledger[0] == filled || ledger[0] == cancelled);
  TRUE_LEDGER(orders[1] == 0 || ledger[1] == filled || ledger[1] == cancelled)
}
