/* Cancels and edits: doubt about them is waited out as doubt about an order is.
 *
 * Mirrors RouterMachine's cancel and amend requests and their resolution: the lock of a resting
 * entry is released, and its filled quantity believed, only when the venue's records show its
 * end, read after the cancel's own deadline and the hold; an edit gives the absolute total, and
 * the next one waits until the one before is answered or can no longer arrive.
 *
 * One resting entry of two lots, held at first, then filled lot by lot or cancelled; a cancel;
 * two edits (2, then 1 lot) of a stop. Requests and answers are lost, late; the router dies
 * CRASHES times. The venue's status may say cancelled of an order that is held and still fills
 * on its release.
 */
#ifndef CRASHES
#define CRASHES 2
#endif
#define DEADLINE 1
#define HOLD 1
#ifdef WITHOUT_HOLD_WAIT
#define SETTLE 0
#else
#define SETTLE (DEADLINE + HOLD)
#endif

mtype = { none, sending, unknown, acknowledged, over };
mtype = { held, resting, gone };

/* Ledger */
mtype cancel_state = none;
byte cancel_settles;
bool entry_over;          /* CANCELLED or FILLED: the symbol lock is free */
byte filled_in_ledger;
mtype edit_state = none;
byte edit_settles;
byte stop_in_ledger = 2;
byte edits_done;

/* Venue */
mtype entry = held;
byte hold = HOLD;
byte lots = 2;            /* what of the entry is left */
byte filled;
bool cancel_wanted;       /* a cancel that came while the order was held: it is released as IOC */
byte stop = 2;
byte next_entries;

/* Network */
byte cancels;
byte cancel_deadline;
bool cancel_answer;
byte edits[3];            /* requests on their way, by the total they set; 0 is "one lot less" */
byte edit_deadline[3];
bool edit_answer;

/* Router */
byte wanted = 2;          /* the total the stop should have */
byte asked;
bool reading; bool seen_gone; byte seen_filled; bool in_time;
bool has_read;
byte crashes;

inline send_cancel() {
  cancel_state = sending; cancel_settles = SETTLE; cancel_deadline = DEADLINE; cancels++
}

inline send_edit(total) {
  edit_state = sending; edit_settles = DEADLINE + 1;
  asked = total;
#ifdef WITHOUT_ABSOLUTE_TOTAL
  edits[0]++; edit_deadline[0] = DEADLINE
#else
  edits[total]++; edit_deadline[total] = DEADLINE
#endif
}

/* The entry's end is believed from the venue's records, read after the hold. */
inline look() {
  reading = true; has_read = true;
  in_time = (cancel_settles == 0);
  seen_gone = (entry == gone || cancel_wanted);   /* a held order may be told as cancelled */
  seen_filled = filled
}

inline judge() {
  reading = false;
  if
  :: seen_gone && in_time -> entry_over = true; filled_in_ledger = seen_filled; cancel_state = over
  :: else -> skip
  fi;
  seen_gone = false; seen_filled = 0; in_time = false
}

inline release_lock() {
  entry_over = true; filled_in_ledger = filled; cancel_state = over
}

#ifdef WITHOUT_EDIT_IN_DOUBT
#define MAY_EDIT (edit_state != sending)
#else
#define MAY_EDIT (edit_state == none || edit_state == acknowledged)
#endif

active proctype router() {
  do
  :: atomic { cancel_state == none && !entry_over -> send_cancel() }
  :: atomic { cancel_state == sending && cancel_answer ->
       cancel_answer = false;
#ifdef WITHOUT_TERMINAL_STATE_FROM_RECORDS
       release_lock()
#else
       cancel_state = acknowledged
#endif
     }
  :: atomic { cancel_state == sending ->
#ifdef WITHOUT_CANCEL_IN_DOUBT
       release_lock()
#else
       cancel_state = unknown; cancel_answer = false
#endif
     }
  :: atomic { (cancel_state == unknown || cancel_state == acknowledged) && !reading &&
              (!has_read || entry == gone) ->
       look() }
  :: atomic { reading -> judge() }
     /* nothing of it at the venue and it is still there: the cancel never arrived; once more */
  :: atomic { cancel_state == unknown && cancel_settles == 0 && entry == resting && cancels == 0 &&
              !reading -> send_cancel() }
  :: atomic { entry_over && next_entries == 0 -> next_entries++;
       assert(entry == gone);               /* the lock is free only when the venue order is dead */
       assert(filled_in_ledger == filled) }
  :: atomic { MAY_EDIT && wanted != stop_in_ledger && edits_done < 3 ->
       edits_done++; send_edit(wanted) }
  :: atomic { edit_state == sending && edit_answer -> edit_answer = false;
       edit_state = acknowledged; stop_in_ledger = asked }
  :: atomic { edit_state == sending -> edit_state = unknown; edit_answer = false }
     /* Reading the order back: what rests there is the truth, once nothing can arrive any more. */
  :: atomic { edit_state == unknown && edit_settles == 0 ->
       stop_in_ledger = stop; edit_state = none }
#ifdef WITHOUT_EDIT_IN_DOUBT
  :: atomic { edit_state == unknown -> stop_in_ledger = stop; edit_state = none }
#endif
  :: atomic { crashes < CRASHES -> crashes++;
       cancel_answer = false; edit_answer = false; reading = false; seen_gone = false;
       seen_filled = 0; in_time = false; has_read = false;
       if :: cancel_state == sending -> cancel_state = unknown :: else -> skip fi;
       if
#ifdef WITHOUT_JOURNALED_EDIT
       :: edit_state == sending || edit_state == unknown -> edit_state = none; edit_settles = 0
#else
       :: edit_state == sending -> edit_state = unknown
#endif
       :: else -> skip
       fi }
  od
}

inline apply_edit(k) {
  edits[k]--;
  if
  :: edit_deadline[k] == 0 -> skip
  :: else ->
     if
     :: k == 0 && stop > 0 -> stop--
     :: k != 0 -> stop = k
     :: else -> skip
     fi;
     edit_answer = (edit_state == sending)
  fi
}

active proctype outside() {
  do
  :: atomic { entry == held -> hold = 0; entry = resting;
       if
       :: cancel_wanted -> cancel_wanted = false; entry = gone;
          if :: filled = 1; lots = 1 :: filled = 2; lots = 0 :: skip fi
       :: else -> skip
       fi }
  :: atomic { entry == resting && lots > 0 -> lots--; filled++;
       if :: lots == 0 -> entry = gone :: else -> skip fi }
  :: atomic { cancels > 0 -> cancels--;
       if
       :: cancel_deadline == 0 -> skip
       :: cancel_deadline > 0 && entry == held -> cancel_wanted = true;
          cancel_answer = (cancel_state == sending)
       :: cancel_deadline > 0 && entry != held -> entry = gone;
          cancel_answer = (cancel_state == sending)
       fi }
  :: atomic { cancels > 0 -> cancels-- }
  :: atomic { cancel_answer -> cancel_answer = false }
  :: atomic { edits[0] > 0 -> apply_edit(0) }
  :: atomic { edits[1] > 0 -> apply_edit(1) }
  :: atomic { edits[2] > 0 -> apply_edit(2) }
  :: atomic { edits[1] > 0 -> edits[1]-- }
  :: atomic { edits[2] > 0 -> edits[2]-- }
  :: atomic { edit_answer -> edit_answer = false }
     /* The position shrinks by a lot, and once grows again. */
  :: atomic { wanted == 2 && edits_done < 2 -> wanted = 1 }
  :: atomic { wanted == 1 && edits_done == 1 -> wanted = 2 }
  od
}

#define DOWN(x) if :: x > 0 -> x-- :: else -> skip fi

active proctype clock() {
  do
  :: atomic { !(entry == held && hold == 0) &&
       cancel_settles + edit_settles + hold + cancel_deadline + edit_deadline[0] +
       edit_deadline[1] + edit_deadline[2] > 0 ->
       DOWN(cancel_settles); DOWN(edit_settles); DOWN(hold); DOWN(cancel_deadline);
       DOWN(edit_deadline[0]); DOWN(edit_deadline[1]); DOWN(edit_deadline[2]);
       has_read = false }
  od
}

active proctype end() {
  timeout ->
  assert(entry_over);                        /* no doubt stays */
  assert(edit_state == none || edit_state == acknowledged);
  assert(stop == stop_in_ledger)             /* the stop is as large as the ledger believes */
}
