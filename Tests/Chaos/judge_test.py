"""The judge of ops/chaos finds what it is there to find; run by ModelTests and by hand:

    python3 Tests/Chaos/judge_test.py
"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ops"))
import chaos_judge as judge  # noqa: E402

SIGNAL = {"wall_ms": 1000, "signal": "breakout/PF_CAVUSD/1m/1767226140000/long", "strategy": "breakout",
          "instrument": "PF_CAVUSD", "direction": "long", "setup": "high-21134-1767225960000"}
# The hash is from a real run; the id is the documented function of it, of role, rung and attempt.
INTENT = "71bab88244071a732b678b5b8b36b7c0ebd6b4ac9045f7dbb9e70d760088147f"
ENTRY = "f0320246-851b-8dbb-aed3-16fca5d5452d"


def order(client_id=ENTRY, received=1100, status="filled", reduce_only=False):
    return {"client_order_id": client_id, "symbol": "PF_CAVUSD", "side": "buy", "order_type": "ioc",
            "reduce_only": reduce_only, "received_ms": received, "status": status}


def fill(number, client_id, side, at, size="2.353"):
    return {"fill_id": str(number), "client_order_id": client_id, "symbol": "PF_CAVUSD", "side": side, "size": size,
            "wall_ms": at}


def evidence(**changes):
    book = {"orders": [order()], "fills": [fill(1, ENTRY, "buy", 1101)], "repeated": [], "exposures": [],
            "positions": [], "complete": True}
    book.update(changes.pop("book", {}))
    parts = {"signals": [SIGNAL], "gate": [{"wall_ms": 1050, "accepted": True, "intent": INTENT}], "book": book,
             "ledger": {"intents": [INTENT], "doubts": {}}}
    parts.update(changes)
    return judge.judge("demo", parts["signals"], parts["gate"], parts["book"], parts["ledger"], 5000, 9000)


def again(generation):
    return "f0320246-" + judge.entry_tail(judge.intent_hash("demo", SIGNAL, generation))


class JudgeTests(unittest.TestCase):
    def test_a_clean_run_is_clean(self):
        numbers, findings = evidence()
        self.assertEqual(findings, [])
        self.assertEqual(numbers, {"accepted": 1, "filled": 1, "duplicate_orders": 0, "lost_intents": 0,
                                   "unprotected": 0, "held": 0, "unknown_left": 0})

    def test_the_ids_are_those_of_the_router(self):
        self.assertEqual(judge.intent_hash("demo", SIGNAL, 0).hex(), INTENT)
        self.assertEqual(again(0), ENTRY)

    def test_an_order_with_another_hash_is_one_too_many(self):
        numbers, _ = evidence(book={"orders": [order("f0320246-851b-8dbb-aed3-16fca5d54520")], "fills": []})
        self.assertEqual(numbers["duplicate_orders"], 1)

    def test_an_acknowledged_hash_of_no_decision_is_found(self):
        wrong = "00" * 32
        numbers, _ = evidence(gate=[{"wall_ms": 1, "accepted": True, "intent": wrong}],
                              ledger={"intents": [wrong], "doubts": {}})
        self.assertEqual(numbers["duplicate_orders"], 1)

    def test_the_same_id_taken_twice_is_a_duplicate(self):
        numbers, _ = evidence(book={"orders": [order(), order(received=1200)]})
        self.assertEqual(numbers["duplicate_orders"], 1)

    def test_a_generation_that_no_closed_position_explains_is_a_duplicate(self):
        numbers, _ = evidence(book={"orders": [order(), order(again(1), 1300)],
                                    "fills": [fill(1, ENTRY, "buy", 1101)]})
        self.assertEqual(numbers["duplicate_orders"], 1)

    def test_a_generation_after_a_closed_position_is_none(self):
        numbers, findings = evidence(book={
            "orders": [order(), order(again(1), 1300)],
            "fills": [fill(1, ENTRY, "buy", 1101), fill(2, None, "sell", 1200), fill(3, again(1), "buy", 1301)]})
        self.assertEqual((numbers["duplicate_orders"], findings), (0, []))

    def test_an_entry_on_top_of_another_is_found(self):
        other = dict(SIGNAL, setup="low-1-1", signal="x")
        second = "f0320246-" + judge.entry_tail(judge.intent_hash("demo", other, 0))
        numbers, _ = evidence(signals=[SIGNAL, other], book={
            "orders": [order(), order(second, 1300)],
            "fills": [fill(1, ENTRY, "buy", 1101), fill(2, second, "buy", 1301)]})
        self.assertEqual(numbers["duplicate_orders"], 1)

    def test_an_acknowledgement_without_a_row_is_lost(self):
        self.assertEqual(evidence(ledger={"intents": [], "doubts": {}})[0]["lost_intents"], 1)

    def test_a_repeated_id_is_a_second_sending(self):
        book = {"repeated": [{"client_order_id": ENTRY, "wall_ms": 1}]}
        self.assertEqual(evidence(book=book)[0]["duplicate_orders"], 1)

    def test_uncovered_time_counts_past_the_deadline_only(self):
        for lasted, count in ((5000, 0), (5001, 1)):
            exposure = {"symbol": "PF_CAVUSD", "since_ms": 0, "until_ms": lasted}
            self.assertEqual(evidence(book={"exposures": [exposure]})[0]["unprotected"], count)
        open_position = {"symbol": "PF_CAVUSD", "uncovered_since_ms": 3999}
        self.assertEqual(evidence(book={"positions": [open_position]})[0]["unprotected"], 1)

    def test_doubts_are_counted_by_kind(self):
        numbers, _ = evidence(ledger={"intents": [INTENT], "doubts": {"a": "held", "b": "unknown", "c": "accepted"}})
        self.assertEqual((numbers["held"], numbers["unknown_left"]), (1, 2))


if __name__ == "__main__":
    unittest.main()
