"""Orders without a trigger, in a market that stands still."""

import unittest

import ccxt

from clients import BTC, ETH, VenueCase


class PlainOrders(VenueCase):
    """Limit, post-only, IOC, FOK and market orders."""

    def test_a_limit_order_below_the_market_rests(self):
        order = self.limit("buy", 0.01, 90_000)
        self.assertEqual((order["status"], order["filled"], order["side"]), ("open", 0, "buy"))
        self.assertEqual((order["amount"], order["remaining"]), (0.01, 0.01))
        self.assertEqual((order["symbol"], order["type"]), (BTC, "limit"))
        resting = self.open_order(order["id"])
        self.assertEqual((resting["status"], resting["remaining"]), ("open", 0.01))
        self.assertEqual(float(resting["info"]["limitPrice"]), 90_000)
        self.assertEqual(resting["info"]["orderType"], "lmt")
        self.assertEqual(self.position(), 0)

    def test_a_limit_order_through_the_market_fills_at_the_books_prices(self):
        book = self.exchange.fetch_order_book(BTC)
        order = self.limit("buy", 0.1, 101_000)
        self.assertEqual((order["status"], order["filled"]), ("closed", 0.1))
        self.assertAlmostEqual(sum(t["amount"] for t in order["trades"]), 0.1)
        self.assertGreaterEqual(order["average"], book["asks"][0][0])
        self.assertLess(order["average"], 101_000)
        self.assertEqual(self.position(), 0.1)
        self.assertNotIn(order["id"], self.open_ids())

    def test_market_orders_open_reverse_and_close_a_position(self):
        bought = self.at_market("buy", 0.02)
        self.assertEqual((bought["status"], bought["filled"]), ("closed", 0.02))
        self.assertEqual(self.position(), 0.02)
        self.at_market("sell", 0.05)
        self.assertAlmostEqual(self.position(), -0.03)
        closed = self.at_market("buy", 0.03, reduceOnly=True)
        self.assertEqual(closed["status"], "closed")
        self.assertEqual(self.exchange.fetch_positions(), [])

    def test_two_markets_do_not_touch_each_other(self):
        self.at_market("buy", 0.01)
        self.at_market("sell", 0.5, ETH)
        self.assertEqual((self.position(), self.position(ETH)), (0.01, -0.5))
        self.assertAlmostEqual(self.exchange.fetch_positions([ETH])[0]["entryPrice"], 4000, delta=5)

    def test_a_post_only_order_rests_or_is_refused(self):
        resting = self.exchange.create_post_only_order(BTC, "limit", "sell", 0.01, 110_000)
        self.assertEqual((resting["status"], resting["filled"]), ("open", 0))
        self.assertIn(resting["id"], self.open_ids())
        with self.assertRaises(ccxt.OrderImmediatelyFillable):
            self.limit("buy", 0.01, 101_000, postOnly=True)
        self.assertEqual(self.open_ids(), {resting["id"]})
        self.assertEqual(self.position(), 0)

    def test_an_ioc_order_takes_what_there_is_and_never_rests(self):
        best = self.exchange.fetch_order_book(BTC)["asks"][0]
        amount = float(self.exchange.amount_to_precision(BTC, best[1] * 2))
        order = self.limit("buy", amount, best[0], timeInForce="ioc")
        self.assertAlmostEqual(order["filled"], best[1])
        self.assertEqual({trade["price"] for trade in order["trades"]}, {best[0]})
        self.assertEqual(self.open_ids(), set())
        self.assertAlmostEqual(self.position(), best[1])

    def test_an_ioc_order_that_meets_nothing_is_refused(self):
        with self.assertRaises(ccxt.OrderNotFillable):
            self.limit("buy", 0.01, 90_000, timeInForce="ioc")
        self.assertEqual((self.open_ids(), self.position()), (set(), 0))

    def test_a_fok_order_is_filled_whole_or_not_at_all(self):
        best = self.exchange.fetch_order_book(BTC)["asks"][0]
        amount = float(self.exchange.amount_to_precision(BTC, best[1] * 2))
        with self.assertRaises(ccxt.OrderNotFillable):
            self.exchange.create_order(BTC, "fok", "buy", amount, best[0])
        self.assertEqual((self.open_ids(), self.position()), (set(), 0))
        order = self.exchange.create_order(BTC, "fok", "buy", 0.01, best[0])
        self.assertEqual((order["status"], order["filled"]), ("closed", 0.01))
        self.assertEqual(self.position(), 0.01)

    def test_a_reduce_only_order_never_opens_a_position(self):
        with self.assertRaisesRegex(ccxt.ExchangeError, "wouldNotReducePosition"):
            self.at_market("buy", 0.01, reduceOnly=True)
        self.at_market("buy", 0.02)
        with self.assertRaisesRegex(ccxt.ExchangeError, "wouldNotReducePosition"):
            self.at_market("buy", 0.01, reduceOnly=True)
        self.assertEqual(self.position(), 0.02)
        order = self.limit("sell", 0.01, 110_000, reduceOnly=True)
        self.assertIs(self.open_order(order["id"])["reduceOnly"], True)


class ClientIds(VenueCase):
    """The client's own order id."""

    def test_a_client_id_comes_back_wherever_the_order_is_told_of(self):
        order = self.limit("buy", 0.01, 90_000, clientOrderId="mine-1")
        self.assertEqual(order["clientOrderId"], "mine-1")
        self.assertEqual(self.open_order(order["id"])["clientOrderId"], "mine-1")
        self.assertEqual(self.exchange.fetch_order(order["id"])["clientOrderId"], "mine-1")
        filled = self.at_market("buy", 0.01, clientOrderId="mine-2")
        self.assertEqual(
            {t["info"]["cliOrdId"] for t in self.trades_of(filled["id"])}, {"mine-2"})

    def test_a_client_id_of_an_open_order_is_not_taken_twice(self):
        order = self.limit("buy", 0.01, 90_000, clientOrderId="twice")
        with self.assertRaises(ccxt.DuplicateOrderId):
            self.limit("buy", 0.01, 91_000, clientOrderId="twice")
        self.assertEqual(self.open_ids(), {order["id"]})

    def test_a_client_id_of_more_than_a_hundred_characters_is_refused(self):
        taken = self.limit("buy", 0.01, 90_000, clientOrderId="x" * 100)
        answer = self.exchange.private_post_sendorder({
            "orderType": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "size": "0.01",
            "limitPrice": "90000", "cliOrdId": "y" * 101})
        self.assertEqual(answer["sendStatus"]["status"], "clientOrderIdTooBig")
        self.assertEqual(self.open_ids(), {taken["id"]})

    def test_a_client_id_with_reserved_characters_survives_signing(self):
        name = "a+b&c=d%20/?#;"
        order = self.limit("buy", 0.01, 90_000, clientOrderId=name)
        self.assertEqual(self.open_order(order["id"])["clientOrderId"], name)

    def test_a_client_id_with_a_space_is_refused(self):
        answer = self.exchange.private_post_sendorder({
            "orderType": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "size": "0.01",
            "limitPrice": "90000", "cliOrdId": "not this"})
        self.assertEqual(answer["sendStatus"]["status"], "clientOrderIdInvalid")
        self.assertEqual(self.open_ids(), set())


class ChangingOrders(VenueCase):
    """Edit and cancel."""

    def test_an_edit_changes_size_and_price_under_the_same_id(self):
        order = self.limit("buy", 0.01, 90_000)
        edited = self.exchange.edit_order(order["id"], BTC, "limit", "buy", 0.02, 91_000)
        self.assertEqual((edited["id"], edited["status"]), (order["id"], "open"))
        self.assertEqual(edited["amount"], 0.02)
        resting = self.open_order(order["id"])
        self.assertEqual(resting["remaining"], 0.02)
        self.assertEqual(float(resting["info"]["limitPrice"]), 91_000)

    def test_an_edit_through_the_market_fills(self):
        order = self.limit("buy", 0.01, 90_000)
        self.exchange.edit_order(order["id"], BTC, "limit", "buy", 0.01, 101_000)
        self.until(lambda: self.position() == 0.01, "the edited order is filled")
        self.assertEqual(self.open_ids(), set())

    def test_an_edit_of_nothing_is_not_found(self):
        with self.assertRaises(ccxt.OrderNotFound):
            self.exchange.edit_order(
                "00000000-1111-4222-8333-444444444444", BTC, "limit", "buy", 0.01, 90_000)

    def test_a_cancelled_order_is_gone_and_cannot_be_cancelled_again(self):
        order = self.limit("buy", 0.01, 90_000)
        cancelled = self.exchange.cancel_order(order["id"])
        self.assertEqual((cancelled["id"], cancelled["status"]), (order["id"], "canceled"))
        self.assertEqual(self.open_ids(), set())
        with self.assertRaises(ccxt.OrderNotFound):
            self.exchange.cancel_order(order["id"])

    def test_a_filled_order_cannot_be_cancelled(self):
        order = self.at_market("buy", 0.01)
        with self.assertRaises(ccxt.OrderNotFound):
            self.exchange.cancel_order(order["id"])

    def test_cancel_all_takes_one_market_or_every_one(self):
        first = self.limit("buy", 0.01, 90_000)
        second = self.limit("sell", 0.01, 110_000)
        other = self.limit("buy", 0.5, 3000, ETH)
        cancelled = self.exchange.cancel_all_orders(BTC)
        self.assertEqual(len(cancelled), 2)
        raw = self.exchange.last_json_response["cancelStatus"]
        self.assertEqual(
            {row["order_id"] for row in raw["cancelledOrders"]}, {first["id"], second["id"]})
        self.assertEqual({row["uid"] for row in raw["orderEvents"]}, {first["id"], second["id"]})
        self.assertEqual(self.open_ids(), {other["id"]})
        self.assertEqual(len(self.exchange.cancel_all_orders()), 1)
        self.assertEqual(self.open_ids(), set())
        self.assertEqual(self.exchange.cancel_all_orders(), [])


if __name__ == "__main__":
    unittest.main()
