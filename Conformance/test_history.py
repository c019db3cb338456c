"""What became of orders: the short look-up and the long record."""

import unittest

import ccxt

from clients import BTC, ETH, VenueCase


class LookUp(VenueCase):
    """`fetch_order` and `fetch_orders`, which are `orders/status`."""

    def test_an_open_order_is_found_by_its_id(self):
        order = self.limit("buy", 0.01, 90_000)
        found = self.exchange.fetch_order(order["id"])
        self.assertEqual((found["id"], found["status"]), (order["id"], "open"))
        self.assertEqual((found["amount"], found["filled"], found["side"]), (0.01, 0, "buy"))
        self.assertEqual((found["symbol"], found["reduceOnly"]), (BTC, False))
        self.assertEqual(found["info"]["order"]["type"], "ORDER")

    def test_finished_orders_are_found_with_their_outcome(self):
        filled = self.at_market("buy", 0.01)
        cancelled = self.limit("buy", 0.01, 90_000)
        self.exchange.cancel_order(cancelled["id"])
        found = self.exchange.fetch_order(filled["id"])
        self.assertEqual((found["status"], found["filled"]), ("closed", 0.01))
        self.assertEqual(self.exchange.fetch_order(cancelled["id"])["status"], "canceled")

    def test_finished_orders_are_forgotten_after_five_seconds(self):
        order = self.at_market("buy", 0.01)
        self.until(lambda: not self.exchange.private_get_orders_status(
            {"orderIds": [order["id"]]})["orders"], "the look-up forgets")
        with self.assertRaises(ccxt.OrderNotFound):
            self.exchange.fetch_order(order["id"])

    def test_an_unknown_id_is_not_found(self):
        with self.assertRaises(ccxt.OrderNotFound):
            self.exchange.fetch_order("00000000-1111-4222-8333-444444444444")

    def test_without_ids_every_known_order_is_listed(self):
        resting = self.limit("buy", 0.01, 90_000)
        filled = self.at_market("buy", 0.01)
        statuses = {row["id"]: row["status"] for row in self.exchange.fetch_orders()}
        self.assertEqual(statuses, {resting["id"]: "open", filled["id"]: "closed"})

    def test_several_ids_of_both_kinds_are_one_question(self):
        first = self.limit("buy", 0.01, 90_000)
        second = self.limit("buy", 0.01, 91_000, clientOrderId="second")
        rows = self.exchange.private_get_orders_status(
            {"orderIds": [first["id"]], "cliOrdIds": ["second", "none"]})["orders"]
        self.assertEqual({row["order"]["orderId"] for row in rows}, {first["id"], second["id"]})


class Record(VenueCase):
    """`fetch_closed_orders` and `fetch_canceled_orders`, which are `history/orders`."""

    def test_a_market_order_is_a_closed_one(self):
        order = self.at_market("buy", 0.01, clientOrderId="closed-1")
        rows = [r for r in self.exchange.fetch_closed_orders() if r["id"] == order["id"]]
        self.assertEqual(len(rows), 1)
        self.assertEqual((rows[0]["status"], rows[0]["filled"], rows[0]["side"]),
                         ("closed", 0.01, "buy"))
        self.assertEqual((rows[0]["symbol"], rows[0]["clientOrderId"]), (BTC, "closed-1"))

    def test_a_resting_order_is_not_a_closed_one(self):
        order = self.limit("buy", 0.01, 90_000)
        self.assertNotIn(order["id"], {r["id"] for r in self.exchange.fetch_closed_orders()})

    def test_cancelled_and_rejected_orders_are_told_apart(self):
        cancelled = self.limit("sell", 0.5, 5000, ETH)
        self.exchange.cancel_order(cancelled["id"])
        with self.assertRaises(ccxt.OrderNotFillable):
            self.limit("buy", 0.01, 90_000, timeInForce="ioc", clientOrderId="rejected-1")
        rows = self.exchange.fetch_canceled_orders()
        events = [e["event"] for e in self.exchange.last_json_response["elements"]]
        ended = [e["OrderCancelled"]["order"]["uid"] for e in events if "OrderCancelled" in e]
        self.assertEqual(ended, [cancelled["id"]])
        self.assertIn((cancelled["id"], "canceled", ETH, 5000.0),
                      {(r["id"], r["status"], r["symbol"], float(r["info"]["limitPrice"]))
                       for r in rows})
        rejected = [r for r in rows if r["status"] == "rejected"]
        self.assertEqual([r["clientOrderId"] for r in rejected], ["rejected-1"])

    def test_count_since_and_sort_choose_events(self):
        orders = [self.limit("buy", 0.01, 90_000 + i) for i in range(4)]
        newest = self.exchange.history_get_orders({"count": 2})
        uids = [e["event"]["OrderPlaced"]["order"]["uid"] for e in newest["elements"]]
        self.assertEqual(uids, [orders[3]["id"], orders[2]["id"]])
        oldest = self.exchange.history_get_orders({"count": 1, "sort": "asc"})
        self.assertEqual(
            oldest["elements"][0]["event"]["OrderPlaced"]["order"]["uid"], orders[0]["id"])
        since = int(newest["elements"][0]["timestamp"])
        rows = self.exchange.history_get_orders({"since": since})["elements"]
        self.assertTrue(rows and all(int(e["timestamp"]) >= since for e in rows))

    def test_pages_are_continued_by_their_token(self):
        orders = [self.limit("buy", 0.01, 90_000 + i)["id"] for i in range(5)]
        uids, token = [], None
        for _ in range(3):
            page = self.exchange.history_get_orders(
                {"count": 2} | ({"continuation_token": token} if token else {}))
            uids += [e["event"]["OrderPlaced"]["order"]["uid"] for e in page["elements"]]
            token = page.get("continuationToken")
        self.assertEqual(uids, orders[::-1])

    def test_the_second_and_the_third_version_are_one_record(self):
        self.at_market("buy", 0.01)
        self.exchange.cancel_order(self.limit("buy", 0.01, 90_000)["id"])
        for call in [self.exchange.history_get_orders, self.exchange.history_get_executions,
                     self.exchange.history_get_triggers]:
            second, third = call({"version": "v2"}), call({"version": "v3"})
            self.assertEqual(second["elements"], third["elements"])

    def test_executions_are_the_fills_of_the_account(self):
        order = self.at_market("buy", 0.01)
        rows = self.exchange.history_get_executions()["elements"]
        # The documentation spells the key small, the public record has it with a capital.
        events = [{key.lower(): value for key, value in e["event"].items()} for e in rows]
        executions = [e["execution"]["execution"] for e in events]
        self.assertEqual({e["uid"] for e in executions},
                         {t["id"] for t in self.trades_of(order["id"])})
        self.assertAlmostEqual(sum(float(e["quantity"]) for e in executions), 0.01)


class PositionRecord(VenueCase):
    """`fetch_positions_history`."""

    def test_a_closed_position_is_told_with_its_size_and_gain(self):
        bought = self.at_market("buy", 0.05)
        self.assertEqual(self.exchange.fetch_positions_history(), [])
        sold = self.at_market("sell", 0.05)
        rows = self.exchange.fetch_positions_history([BTC])
        self.assertEqual(len(rows), 1)
        row = rows[0]
        self.assertEqual((row["side"], row["contracts"], row["symbol"]), ("long", 0.05, BTC))
        self.assertAlmostEqual(row["entryPrice"], bought["average"], places=3)
        self.assertAlmostEqual(
            row["realizedPnl"], (sold["average"] - bought["average"]) * 0.05, places=4)
        self.assertEqual(self.exchange.fetch_positions_history([ETH]), [])

    def test_openings_are_told_when_they_are_asked_for(self):
        self.at_market("sell", 0.05)
        rows = self.exchange.fetch_positions_history(params={"opened": True})
        self.assertEqual([(r["side"], r["contracts"]) for r in rows], [("short", 0.05)])


if __name__ == "__main__":
    unittest.main()
