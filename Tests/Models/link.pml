/* The acknowledged link: what is acknowledged is in the ledger, and nothing is accepted twice.
 *
 * Mirrors LinkSender (numbers, window, re-offer until validUntil, greeting), LinkReceiver
 * (verdicts remembered for the window, an earlier life refused), RouterLoop.commitThenAct
 * (commit, then acknowledge) and the ledger's unique intent hash.
 *
 * A sender offers three payloads, two at once; a later life of it offers what had no verdict,
 * under new numbers. The network loses and repeats frames and brings them in any order within a
 * life; both ends die, CRASHES times together. In some runs time passes: after it the payloads
 * are no longer valid. Greetings are left out: the first frame of a new life is its greeting.
 */
#ifndef CRASHES
#define CRASHES 2
#endif
#ifndef LOSSES
#define LOSSES 1
#endif
#define PAYLOADS 3
#ifdef WITHOUT_WINDOW
#define WINDOW 3
#else
#define WINDOW 2
#endif
#define MEMORY 2          /* numbers that the receiver's verdicts reach back */

/* The ledger, and the sender's append-only file of acknowledgements: durable. */
byte accepted[PAYLOADS];
bool acknowledged[PAYLOADS];
bool expired;
bool may_expire;          /* chosen at the start of a run */

/* Frames on their way: number + 1 of the payload, by the number it travels under. */
byte data[PAYLOADS];      /* payload + 1 of the frame with this number; 0 when there is none */
byte data_life[PAYLOADS];
bool acks[PAYLOADS];
byte ack_life[PAYLOADS];
bool denies[PAYLOADS];    /* what the acknowledgement on its way says */

/* Sender: life, what each number stands for, which wait. */
byte life = 1;
byte payload_of[PAYLOADS];  /* payload + 1 */
bool waiting[PAYLOADS];
byte next;
bool given_up[PAYLOADS];
bool offered[PAYLOADS];     /* in this life of the sender */

/* Receiver: what it remembers of the sender's present life. */
byte heard_life;
bool handed_on[PAYLOADS];   /* undecided: to be committed, then acknowledged */
bool has_verdict[PAYLOADS];
bool is_denial[PAYLOADS];   /* what the verdict of this number was */
byte subject[PAYLOADS];     /* payload + 1 of what was handed on */
byte newest;                /* number + 1 */
byte handed[PAYLOADS];      /* how often in this life of both, by number; for the assertion only */
byte crashes;
byte losses;

inline offer(p) {
  payload_of[next] = p + 1; waiting[next] = true; offered[p] = true; next++
}

inline forget_sender() {
  waiting[0] = false; waiting[1] = false; waiting[2] = false;
  payload_of[0] = 0; payload_of[1] = 0; payload_of[2] = 0;
  offered[0] = false; offered[1] = false; offered[2] = false; next = 0
}

inline forget_receiver() {
  handed_on[0] = false; handed_on[1] = false; handed_on[2] = false;
  has_verdict[0] = false; has_verdict[1] = false; has_verdict[2] = false;
  is_denial[0] = false; is_denial[1] = false; is_denial[2] = false;
  handed[0] = 0; handed[1] = 0; handed[2] = 0; newest = 0
}

#define OLDEST (waiting[0] -> 0 : (waiting[1] -> 1 : (waiting[2] -> 2 : next)))
#define HAS_ROOM (next < PAYLOADS && next - OLDEST < WINDOW)
#define IS_DONE(p) (offered[p] || acknowledged[p] || given_up[p])
#define MAY_OFFER(p) \
  (HAS_ROOM && !IS_DONE(p) && (p == 0 || IS_DONE(p - 1)) && (p < 2 || IS_DONE(0)))
#ifdef WITHOUT_REOFFERING
#define REOFFER(n) false
#else
#define REOFFER(n) (waiting[n] && data[n] == 0 && !acks[n] && !handed_on[n])
#endif

inline hear_ack(n) {
  if
#ifdef WITHOUT_EPOCH
  :: waiting[n] ->
#else
  :: waiting[n] && ack_life[n] == life ->
#endif
     waiting[n] = false;
     if
     :: denies[n] -> given_up[payload_of[n] - 1] = true
     :: else -> acknowledged[payload_of[n] - 1] = true;
        assert(accepted[payload_of[n] - 1] > 0)   /* nothing acknowledged is lost */
     fi
  :: else -> skip
  fi;
  acks[n] = false; denies[n] = false; ack_life[n] = 0
}

#define SENDER_STEPS(n) \
  :: atomic { MAY_OFFER(n) && !expired -> \
       offer(n); data[next - 1] = n + 1; data_life[next - 1] = life } \
  :: atomic { REOFFER(n) -> data[n] = payload_of[n]; data_life[n] = life } \
  :: atomic { acks[n] -> hear_ack(n) } \
  :: atomic { expired && waiting[n] -> waiting[n] = false; given_up[payload_of[n] - 1] = true }


active proctype sender() {
  do
  SENDER_STEPS(0)
  SENDER_STEPS(1)
  SENDER_STEPS(2)
  :: atomic { crashes < CRASHES -> crashes++; life++; forget_sender() }
  od
}

inline hand_on(n) {
  handed[n]++;
  assert(handed[n] <= 1);                   /* once per life of both */
  newest = (n + 1 > newest -> n + 1 : newest);
  /* What the window has passed by is no longer remembered. */
  if :: newest == 3 -> has_verdict[0] = false; is_denial[0] = false :: else -> skip fi;
  handed_on[n] = true; subject[n] = data[n];
#ifdef WITHOUT_COMMIT_BEFORE_ACKNOWLEDGEMENT
  acks[n] = true; ack_life[n] = heard_life; denies[n] = false;
#endif
}

inline arrive(n) {
  if
  :: handed_on[n] -> skip
#ifndef WITHOUT_REMEMBERED_VERDICTS
  :: !handed_on[n] && has_verdict[n] -> acks[n] = true; ack_life[n] = data_life[n];
     denies[n] = is_denial[n]
  :: !handed_on[n] && !has_verdict[n] && n + MEMORY < newest ->
     assert(!waiting[n] || data_life[n] != life)   /* what still waits is not below the window */
  :: !handed_on[n] && !has_verdict[n] && n + MEMORY >= newest -> hand_on(n)
#else
  :: !handed_on[n] -> hand_on(n)
#endif
  fi
}

/* A frame arrives at the receiver. */
inline take(n) {
  if
#ifndef WITHOUT_REFUSING_AN_EARLIER_LIFE
  :: data_life[n] < heard_life -> skip
#endif
  :: data_life[n] > heard_life -> heard_life = data_life[n]; forget_receiver(); arrive(n)
#ifdef WITHOUT_REFUSING_AN_EARLIER_LIFE
  :: data_life[n] < heard_life -> arrive(n)
#endif
  :: data_life[n] == heard_life -> arrive(n)
  fi;
  if :: data[n] = 0; data_life[n] = 0 :: losses < LOSSES -> losses++ fi   /* it may come twice */
}



/* One transaction, then the acknowledgement. */
inline commit(n) {
  if
#ifndef WITHOUT_UNIQUE_INTENT_HASH
  :: accepted[subject[n] - 1] > 0 -> skip   /* says what was said */
#endif
#ifndef WITHOUT_EXPIRY_AT_THE_LEDGER
  :: accepted[subject[n] - 1] == 0 && expired -> skip
  :: accepted[subject[n] - 1] == 0 && !expired -> accepted[subject[n] - 1]++
#else
  :: accepted[subject[n] - 1] == 0 -> assert(!expired); accepted[subject[n] - 1]++
#endif
#ifdef WITHOUT_UNIQUE_INTENT_HASH
  :: accepted[subject[n] - 1] > 0 && !expired -> accepted[subject[n] - 1]++
#endif
  :: else -> skip
  fi;
  assert(accepted[subject[n] - 1] <= 1);
  handed_on[n] = false;
  has_verdict[n] = true; is_denial[n] = (accepted[subject[n] - 1] == 0);
  acks[n] = true; ack_life[n] = heard_life; denies[n] = is_denial[n];
  subject[n] = 0
}

#define RECEIVER_STEPS(n) \
  :: atomic { data[n] > 0 -> take(n) } \
  :: atomic { handed_on[n] && subject[n] > 0 -> commit(n) }

active proctype receiver() {
  do
  RECEIVER_STEPS(0)
  RECEIVER_STEPS(1)
  RECEIVER_STEPS(2)
  :: atomic { crashes < CRASHES -> crashes++; heard_life = 0; forget_receiver();
       subject[0] = 0; subject[1] = 0; subject[2] = 0 }
  od
}

#define NETWORK_STEPS(n) \
  :: atomic { data[n] > 0 && losses < LOSSES -> losses++; data[n] = 0; data_life[n] = 0 } \
  :: atomic { acks[n] && losses < LOSSES -> \
       losses++; acks[n] = false; denies[n] = false; ack_life[n] = 0 }

active proctype network() {
  if :: may_expire = true :: skip fi;
  do
  NETWORK_STEPS(0)
  NETWORK_STEPS(1)
  NETWORK_STEPS(2)
  :: atomic { may_expire && !expired -> expired = true }
  od
}

/* Without time passing, everything comes through; with it, everything has an end. */
active proctype end() {
  timeout ->
  assert((acknowledged[0] || expired) && !waiting[0]);
  assert((acknowledged[1] || expired) && !waiting[1]);
  assert((acknowledged[2] || expired) && !waiting[2])
}
