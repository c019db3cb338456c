"""Stop, take-profit and trailing orders: how they wait, and what becomes of them."""

import unittest

import ccxt

import markets
from clients import BTC, VenueCase

WORDS = {"last": "last", "mark": "mark", "index": "spot"}


def trailing(**params):
    return {"orderType": "trailing_stop", "trailingStopDeviationUnit": "PERCENT",
            "triggerSignal": "mark"} | params


class WaitingTriggers(VenueCase):
    """Triggers in a market that stands still."""

    def setUp(self):
        super().setUp()
        self.at_market("buy", 0.05)

    def test_a_stop_loss_waits_as_a_reduce_only_stop(self):
        order = self.exchange.create_order(
            BTC, "market", "sell", 0.05, None, {"stopLossPrice": 90_000})
        self.assertEqual((order["status"], order["triggerPrice"]), ("open", 90_000))
        self.assertEqual((order["amount"], order["filled"]), (0.05, 0))
        waiting = self.open_order(order["id"])
        self.assertEqual((waiting["type"], waiting["side"]), ("stop", "sell"))
        self.assertEqual((waiting["triggerPrice"], waiting["remaining"]), (90_000, 0.05))
        self.assertIs(waiting["reduceOnly"], True)
        self.assertEqual(self.position(), 0.05)

    def test_a_take_profit_waits_above_the_market(self):
        order = self.exchange.create_order(
            BTC, "market", "sell", 0.05, None, {"takeProfitPrice": 110_000})
        waiting = self.open_order(order["id"])
        self.assertEqual((waiting["type"], waiting["triggerPrice"]), ("take_profit", 110_000))
        self.assertIs(waiting["reduceOnly"], True)

    def test_a_stop_limit_keeps_both_of_its_prices(self):
        order = self.exchange.create_stop_limit_order(BTC, "buy", 0.01, 111_000, 110_000)
        waiting = self.open_order(order["id"])
        self.assertEqual(waiting["triggerPrice"], 110_000)
        self.assertEqual(float(waiting["info"]["limitPrice"]), 111_000)
        self.assertIs(waiting["reduceOnly"], False)

    def test_the_trigger_signal_is_kept(self):
        for signal, word in WORDS.items():
            order = self.exchange.create_order(
                BTC, "market", "sell", 0.01, None,
                {"stopLossPrice": 90_000, "triggerSignal": signal})
            told = self.open_order(order["id"])["info"]["triggerSignal"]
            self.assertIn(told, {signal, word})

    def test_a_trailing_stop_waits_with_its_deviation(self):
        order = self.exchange.create_order(
            BTC, "trailing_stop", "sell", 0.05, None,
            trailing(trailingStopMaxDeviation=5, reduceOnly=True))
        waiting = self.open_order(order["id"])
        self.assertEqual((waiting["type"], waiting["status"]), ("trailing_stop", "open"))
        self.assertIs(waiting["reduceOnly"], True)
        mark = self.exchange.fetch_ticker(BTC)["markPrice"]
        self.assertAlmostEqual(waiting["triggerPrice"], mark * 0.95, delta=1)

    def test_a_deviation_out_of_bounds_is_refused(self):
        for deviation in [0.01, 51]:
            with self.assertRaises(ccxt.ExchangeError):
                self.exchange.create_order(
                    BTC, "trailing_stop", "sell", 0.05, None,
                    trailing(trailingStopMaxDeviation=deviation))
        self.assertEqual(self.open_ids(), set())

    def test_a_trigger_without_a_price_is_refused(self):
        for kind in ["stp", "take_profit"]:
            with self.assertRaises(ccxt.ExchangeError):
                self.exchange.create_order(BTC, kind, "sell", 0.01, None, {"orderType": kind})
        self.assertEqual(self.open_ids(), set())

    def test_an_edit_moves_the_trigger(self):
        order = self.exchange.create_order(
            BTC, "market", "sell", 0.05, None, {"stopLossPrice": 90_000})
        self.exchange.edit_order(order["id"], BTC, "stp", "sell", None, None, {"stopPrice": 92_000})
        waiting = self.open_order(order["id"])
        self.assertEqual((waiting["triggerPrice"], waiting["remaining"]), (92_000, 0.05))

    def test_a_plain_order_has_no_trigger_to_move(self):
        order = self.limit("buy", 0.01, 90_000)
        with self.assertRaises(ccxt.InvalidOrder):
            self.exchange.edit_order(
                order["id"], BTC, "limit", "buy", None, None, {"stopPrice": 92_000})
        self.assertIn(order["id"], self.open_ids())

    def test_a_waiting_trigger_is_looked_up_and_cancelled(self):
        order = self.exchange.create_order(
            BTC, "market", "sell", 0.05, None, {"stopLossPrice": 90_000})
        found = self.exchange.fetch_order(order["id"])
        self.assertEqual((found["status"], found["triggerPrice"]), ("open", 90_000))
        self.assertEqual(self.exchange.cancel_order(order["id"])["status"], "canceled")
        self.assertEqual(self.open_ids(), set())
        cancelled = self.exchange.fetch_canceled_orders(BTC, params={"trigger": True})
        self.assertIn(order["id"], {row["id"] for row in cancelled})


class FiringTriggers(VenueCase):
    """Triggers in a market that swings between 96,000 and 104,000 in 24 seconds."""

    market = staticmethod(markets.swinging)
    speed = 60

    def closes(self, order, what):
        """The closing trades once `order` has closed the position."""
        self.until(lambda: self.position() == 0, what)
        self.assertNotIn(order["id"], self.open_ids())
        sold = [t for t in self.exchange.fetch_my_trades() if t["side"] == "sell"]
        self.assertAlmostEqual(sum(t["amount"] for t in sold), 0.02)
        return sold

    def test_a_stop_loss_closes_the_position_when_the_price_falls(self):
        self.at_market("buy", 0.02)
        order = self.exchange.create_order(
            BTC, "market", "sell", 0.02, None, {"stopLossPrice": 97_000})
        for trade in self.closes(order, "the stop fires"):
            self.assertLess(trade["price"], 97_500)
            self.assertEqual(trade["takerOrMaker"], "taker")

    def test_a_take_profit_closes_the_position_when_the_price_rises(self):
        self.at_market("buy", 0.02)
        order = self.exchange.create_order(
            BTC, "market", "sell", 0.02, None,
            {"takeProfitPrice": 103_500, "triggerSignal": "mark"})
        for trade in self.closes(order, "the take-profit fires"):
            self.assertGreater(trade["price"], 103_000)

    def test_a_trailing_stop_closes_the_position_when_the_price_turns(self):
        self.at_market("buy", 0.02)
        order = self.exchange.create_order(
            BTC, "trailing_stop", "sell", 0.02, None,
            trailing(trailingStopMaxDeviation=2, reduceOnly=True))
        for trade in self.closes(order, "the trailing stop fires"):
            # 2 % below a peak that is 104,000 at most.
            self.assertLess(trade["price"], 104_000 * 0.98 + 300)

    def test_a_fired_trigger_is_in_the_trigger_history(self):
        self.at_market("buy", 0.02)
        order = self.exchange.create_order(
            BTC, "market", "sell", 0.02, None, {"stopLossPrice": 98_000})
        self.closes(order, "the stop fires")
        fired = self.exchange.fetch_closed_orders(BTC, params={"trigger": True})
        self.assertIn(order["id"], {row["id"] for row in fired})

    def test_a_resting_order_is_filled_as_a_maker_when_the_price_comes(self):
        def post():
            try:
                return self.limit("buy", 0.02, 98_500, postOnly=True)
            except ccxt.OrderImmediatelyFillable:
                return None
        order = self.until(post, "the market is above the order")
        self.until(lambda: self.position() == 0.02, "the order is filled")
        trades = self.trades_of(order["id"])
        self.assertEqual({t["takerOrMaker"] for t in trades}, {"maker"})
        self.assertEqual({t["price"] for t in trades}, {98_500})
        closed = self.exchange.fetch_closed_orders(BTC)
        self.assertIn(order["id"], {row["id"] for row in closed if row["status"] == "closed"})


if __name__ == "__main__":
    unittest.main()
