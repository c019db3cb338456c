"""Several orders in one request, and the dead man's switch."""

import unittest

from clients import BTC, ETH, VenueCase


def wish(side, amount, price, symbol=BTC, kind="limit", **params):
    return {"symbol": symbol, "type": kind, "side": side, "amount": amount, "price": price,
            "params": params}


class Batches(VenueCase):
    """`create_orders` and `cancel_orders`, which are one `batchorder` request."""

    def test_a_batch_places_every_order_with_its_own_outcome(self):
        orders = self.exchange.create_orders([
            wish("buy", 0.01, 90_000, clientOrderId="b-1"),
            wish("sell", 0.5, 5000, ETH, clientOrderId="b-2"),
            wish("buy", 0.01, None, kind="market", clientOrderId="b-3"),
        ])
        by_name = {order["clientOrderId"]: order for order in orders}
        self.assertEqual(set(by_name), {"b-1", "b-2", "b-3"})
        self.assertEqual(by_name["b-1"]["status"], "open")
        self.assertEqual((by_name["b-2"]["symbol"], by_name["b-2"]["status"]), (ETH, "open"))
        self.assertEqual((by_name["b-3"]["status"], by_name["b-3"]["filled"]), ("closed", 0.01))
        tags = [row["order_tag"] for row in self.exchange.last_json_response["batchStatus"]]
        self.assertEqual(len(set(tags)), 3)
        self.assertEqual(self.open_ids(), {by_name["b-1"]["id"], by_name["b-2"]["id"]})
        self.assertEqual(self.position(), 0.01)

    def test_one_bad_order_of_a_batch_does_not_stop_the_others(self):
        orders = self.exchange.create_orders([
            wish("buy", 0.01, 90_000), wish("buy", 0.01, 91_000, size="0.00001"),
            wish("buy", 0.01, 92_000),
        ])
        statuses = [row["status"] for row in self.exchange.last_json_response["batchStatus"]]
        self.assertEqual(sorted(statuses), ["invalidSize", "placed", "placed"])
        self.assertEqual(sorted(order["status"] for order in orders), ["open", "open", "rejected"])
        self.assertEqual(len(self.open_ids()), 2)

    def test_flags_of_a_batch_are_json_booleans(self):
        self.at_market("buy", 0.02)
        orders = self.exchange.create_orders([wish("sell", 0.01, 110_000, reduceOnly=True)])
        self.assertIs(self.open_order(orders[0]["id"])["reduceOnly"], True)

    def test_a_client_id_with_reserved_characters_survives_a_batch(self):
        name = 'a+b&c=d%20"/?#;'
        orders = self.exchange.create_orders([wish("buy", 0.01, 90_000, clientOrderId=name)])
        self.assertEqual(self.open_order(orders[0]["id"])["clientOrderId"], name)

    def test_many_orders_are_cancelled_by_id_and_by_client_id(self):
        placed = [self.limit("buy", 0.01, 90_000 + i, clientOrderId=f"c-{i}") for i in range(4)]
        cancelled = self.exchange.cancel_orders([order["id"] for order in placed[:2]])
        self.assertEqual({order["id"] for order in cancelled}, {o["id"] for o in placed[:2]})
        self.assertEqual({order["status"] for order in cancelled}, {"canceled"})
        self.assertEqual(self.open_ids(), {order["id"] for order in placed[2:]})
        self.exchange.cancel_orders([], params={"clientOrderIds": ["c-2", "c-3"]})
        self.assertEqual(self.open_ids(), set())

    def test_an_unknown_id_of_a_batch_is_not_found(self):
        order = self.limit("buy", 0.01, 90_000)
        self.exchange.cancel_orders(["00000000-1111-4222-8333-444444444444", order["id"]])
        statuses = [row["status"] for row in self.exchange.last_json_response["batchStatus"]]
        self.assertEqual(sorted(statuses), ["cancelled", "notFound"])


class DeadMansSwitch(VenueCase):
    """`cancel_all_orders_after`."""

    def test_the_switch_cancels_every_order_when_nobody_renews_it(self):
        plain = self.limit("buy", 0.01, 90_000)
        stop = self.limit("sell", 0.01, None, stopPrice=80_000, orderType="stp")
        answer = self.exchange.cancel_all_orders_after(1000)["status"]
        now, fires = (self.exchange.parse8601(answer[key]) for key in
                      ["currentTime", "triggerTime"])
        self.assertEqual(fires - now, 1000)
        self.assertEqual(self.open_ids(), {plain["id"], stop["id"]})
        self.until(lambda: self.open_ids() == set(), "the switch fires")
        ended = {order["id"] for order in self.exchange.fetch_canceled_orders()
                 if order["status"] == "canceled"}
        self.assertIn(plain["id"], ended)

    def test_a_disabled_switch_cancels_nothing(self):
        order = self.limit("buy", 0.01, 90_000)
        answer = self.exchange.cancel_all_orders_after(1000)["status"]
        fires = self.exchange.parse8601(answer["triggerTime"])
        self.assertEqual(self.exchange.cancel_all_orders_after(0)["status"]["triggerTime"], "0")
        self.until(
            lambda: self.exchange.parse8601(
                self.exchange.private_get_openorders()["serverTime"]) > fires + 1000,
            "the moment of the disabled switch passes")
        self.assertEqual(self.open_ids(), {order["id"]})


if __name__ == "__main__":
    unittest.main()
