/* Stop placement: a position never stays without its stop, and never has two.
 *
 * Mirrors RouterMachine+Protection (the ladder, amend in place, leftovers) and the law of the
 * ledger that one order of each kind of protection is alive per position: the fill places the
 * stop, a further fill amends it in place, a new attempt waits until the last one is proved
 * dead, a refusal twice closes at market, and only a position shown flat twice gives its stop
 * up.
 *
 * An entry fills in two lots. Requests and answers are lost or late, the venue refuses up to two
 * stops, shows no position once though there is one, and the router dies CRASHES times. After
 * that the world is calm: then nothing may be left uncovered (assertion at the end).
 */
#ifndef CRASHES
#define CRASHES 2
#endif
#ifndef LOSSES
#define LOSSES 1
#endif
#define DEADLINE 1
#ifdef WITHOUT_PROOF_OF_DEATH
#define SETTLE 0
#else
#define SETTLE (DEADLINE + 1)
#endif
#define ATTEMPTS 3         /* ids in turn: one is used again when all before it are dead */

mtype = { none, sending, unknown, working, rejected, not_placed, cancelled };

/* Ledger: one stop attempt after the other */
mtype stop = none;
byte attempt;             /* number of the attempt `stop` speaks of */
byte settles;
byte total;               /* lots of the stop as the ledger believes */
byte held_lots;           /* position in the ledger */
byte refusals;
mtype exit = none;
byte exit_settles;
bool entry_filled;        /* the ledger knows the entry's end */

/* Venue */
byte position;
byte fills_to_come = 2;
byte live[ATTEMPTS];      /* lots of the stop of this attempt that rests, 0 when none does */
byte covered_once;        /* position that was covered in full */
byte may_refuse = 2;
bool hidden_once;

/* Network */
byte requests[ATTEMPTS];
byte deadline[ATTEMPTS];
mtype answer = none;
bool close_request; byte close_deadline; mtype close_answer = none;
byte losses;

/* Router */
byte crashes;
byte flat_readings;
bool reading; byte seen_stop; bool in_time; byte shown;
bool has_read;

#define LIVE (live[0] + live[1] + live[2])
#define STOPS ((live[0] > 0) + (live[1] > 0) + (live[2] > 0))
#define DOUBT (stop == sending || stop == unknown)

inline next_attempt() { attempt = (attempt + 1) % ATTEMPTS }

inline place() {
  stop = sending; settles = SETTLE; total = held_lots;
  requests[attempt] = held_lots; deadline[attempt] = DEADLINE;
#ifndef WITHOUT_READING_AFTER_PLACING
  in_time = false; seen_stop = 0;   /* a reading that began before says nothing of this attempt */
#endif
  has_read = false
}

inline check() {
  assert(STOPS <= 1);                              /* one live stop */
  assert(position == 0 || LIVE <= position + fills_to_come);
#ifndef WITHOUT_AMENDING_IN_PLACE
  if
  :: position > 0 && LIVE >= position -> covered_once = position
  :: position == 0 -> covered_once = 0
  :: else -> skip
  fi;
#endif
  assert(covered_once == 0 || LIVE >= covered_once) /* what was covered stays covered */
}

inline judge() {
  reading = false;
  held_lots = (shown > 0 -> shown : held_lots);
  if
  :: unknown == stop && seen_stop > 0 -> stop = working; total = seen_stop
  :: unknown == stop && seen_stop == 0 && in_time -> stop = not_placed; next_attempt()
  :: working == stop && seen_stop > 0 -> total = seen_stop
  :: else -> skip
  fi;
  if
  :: shown == 0 && fills_to_come == 0 && flat_readings < 2 -> flat_readings++
  :: shown > 0 -> flat_readings = 0
  :: else -> skip
  fi;
  seen_stop = 0; in_time = false; shown = 0
}

#ifdef WITHOUT_TWO_FLAT_READINGS
#define FLAT (flat_readings >= 1)
#else
#define FLAT (flat_readings >= 2)
#endif

active proctype router() {
  do
     /* The fill event, or a reading: the ledger learns the position and the stop follows. */
#ifdef WITHOUT_RECOVERY
  :: atomic { held_lots < position && crashes == 0 -> held_lots = position; flat_readings = 0 }
#else
  :: atomic { held_lots < position -> held_lots = position; flat_readings = 0 }
#endif
  :: atomic { held_lots > 0 && (stop == none || stop == not_placed || stop == rejected) &&
              refusals < 2 && exit == none -> place() }
#ifdef WITHOUT_ONE_ATTEMPT_AT_A_TIME
  :: atomic { stop == unknown -> next_attempt(); place() }
#endif
  :: atomic { stop == sending && answer != none ->
       if
       :: answer == working -> stop = working
       :: answer == rejected -> stop = rejected; refusals++; next_attempt()
       fi;
       answer = none }
  :: atomic { stop == sending -> stop = unknown; answer = none }
#ifndef WITHOUT_RESOLUTION
  :: atomic { !reading && !has_read && held_lots + LIVE > 0 -> reading = true; has_read = true;
       seen_stop = live[attempt]; in_time = (settles == 0);
       if
       :: shown = position
       :: position > 0 && !hidden_once && fills_to_come == 0 -> hidden_once = true; shown = 0;
          if :: held_lots = position :: skip fi
       fi }
  :: atomic { reading -> judge() }
#endif
     /* A further fill: amended in place, to an absolute total. */
#ifdef WITHOUT_AMENDING_IN_PLACE
  :: atomic { stop == working && total < held_lots && live[attempt] > 0 ->
       live[attempt] = 0; stop = cancelled; next_attempt();
       covered_once = (position > 0 -> 1 : 0); check() ; stop = none }
#else
#ifndef WITHOUT_FOLLOWING_FILLS
  :: atomic { stop == working && total < held_lots && live[attempt] > 0 ->
       live[attempt] = held_lots; total = held_lots }
#endif
#endif
     /* The ladder's last rung: close at market, the stop's attempts refused. */
#ifndef WITHOUT_THE_LADDER
  :: atomic { held_lots > 0 && refusals >= 2 && exit == none && !DOUBT ->
       exit = sending; exit_settles = DEADLINE + 1;
       close_request = true; close_deadline = DEADLINE }
  :: atomic { exit == sending && close_answer != none -> close_answer = none; exit = unknown }
  :: atomic { exit == sending -> exit = unknown }
  :: atomic { exit == unknown && exit_settles == 0 -> held_lots = position; exit = none }
#endif
     /* Left over when the position is gone. */
  :: atomic { FLAT && stop == working && live[attempt] > 0 -> live[attempt] = 0; stop = cancelled;
       held_lots = 0; check() }
  :: atomic { crashes < CRASHES -> crashes++;
       answer = none; close_answer = none; flat_readings = 0; reading = false; seen_stop = 0;
       in_time = false; shown = 0; has_read = false;
#ifdef WITHOUT_JOURNAL_BEFORE_SEND
       if :: stop == sending -> stop = none; next_attempt()
#else
       if :: stop == sending -> stop = unknown
#endif
       :: else -> skip
       fi;
       if :: exit == sending -> exit = unknown :: else -> skip fi }
  od
}

#define TAKE(k) \
  :: atomic { requests[k] > 0 -> \
       if \
       :: deadline[k] == 0 -> skip \
       :: deadline[k] > 0 && position > 0 -> live[k] = requests[k]; \
          answer = (stop == sending && attempt == k -> working : answer); check() \
       :: deadline[k] > 0 && may_refuse > 0 -> may_refuse--; \
          answer = (stop == sending && attempt == k -> rejected : answer) \
       fi; \
       requests[k] = 0 } \
  :: atomic { requests[k] > 0 && losses < LOSSES -> losses++; requests[k] = 0 }

active proctype outside() {
  do
  :: atomic { fills_to_come > 0 -> fills_to_come--; position++; has_read = false }
  TAKE(0)
  TAKE(1)
  TAKE(2)
  :: atomic { answer != none && losses < LOSSES -> losses++; answer = none }
  :: atomic { close_request -> close_request = false;
       if
       :: close_deadline == 0 -> skip
       :: else -> position = 0; covered_once = 0; live[0] = 0; live[1] = 0; live[2] = 0;
          close_answer = (exit == sending -> working : none)
       fi }
  od
}

#define DOWN(x) if :: x > 0 -> x-- :: else -> skip fi

active proctype clock() {
  do
  :: atomic { settles + exit_settles + close_deadline + deadline[0] + deadline[1] + deadline[2] > 0 ||
       (has_read && (stop == unknown || FLAT == 0 && hidden_once && flat_readings > 0)) ->
       DOWN(settles); DOWN(exit_settles); DOWN(close_deadline);
       DOWN(deadline[0]); DOWN(deadline[1]); DOWN(deadline[2]);
       has_read = false }
  od
}

/* When all has calmed down: covered in full, or gone. */
active proctype end() {
  timeout ->
  assert(position == 0 || LIVE >= position)
}
