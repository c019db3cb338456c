"""Requests the venue does not accept, and the exceptions ccxt makes of its words."""

import base64
import hashlib
import unittest

import ccxt

from clients import BTC, VenueCase, settings


class Keys(VenueCase):
    """Wrong keys and signatures."""

    def test_a_wrong_signature_is_an_authentication_error_everywhere(self):
        wrong = ccxt.krakenfutures(
            settings(self.venue, secret=base64.b64encode(b"x" * 64).decode()))
        for call in [wrong.fetch_balance, wrong.fetch_open_orders, wrong.fetch_closed_orders,
                     lambda: wrong.create_order(BTC, "market", "buy", 0.01),
                     lambda: wrong.create_orders([{"symbol": BTC, "type": "market", "side": "buy",
                                                   "amount": 0.01, "price": None}])]:
            with self.assertRaises(ccxt.AuthenticationError):
                call()
        self.assertEqual(self.position(), 0)

    def test_an_unknown_key_is_an_authentication_error(self):
        wrong = ccxt.krakenfutures(settings(self.venue, apiKey="nobody"))
        with self.assertRaises(ccxt.AuthenticationError):
            wrong.fetch_positions()

    def test_public_requests_need_no_key(self):
        anyone = ccxt.krakenfutures(settings(self.venue, apiKey=None, secret=None))
        self.assertEqual(anyone.fetch_ticker(BTC)["last"], 100_000)

    def test_a_nonce_is_not_taken_twice(self):
        request = self.exchange.sign("openorders", ["private"], "GET", {})
        headers = dict(request["headers"])
        headers["Nonce"] = "1700000000001"
        auth = headers["Nonce"] + "/api/v3/openorders"
        digest = self.exchange.hash(self.exchange.encode(auth), "sha256", "binary")
        headers["Authent"] = self.exchange.hmac(
            digest, base64.b64decode(self.venue.secret), hashlib.sha512, "base64")
        answer = self.exchange.fetch(request["url"], "GET", headers, None)
        self.assertEqual(answer["openOrders"], [])
        with self.assertRaises(ccxt.InvalidNonce):
            self.exchange.fetch(request["url"], "GET", headers, None)


class Orders(VenueCase):
    """Orders that are refused leave nothing behind."""

    def tearDown(self):
        self.assertEqual((self.open_ids(), self.position()), (set(), 0))

    def test_more_than_the_account_can_carry_is_insufficient_funds(self):
        with self.assertRaises(ccxt.InsufficientFunds):
            self.limit("buy", 200, 99_000)
        with self.assertRaises(ccxt.InsufficientFunds):
            self.at_market("buy", 200)

    def test_a_size_off_its_step_is_invalid(self):
        for size in ["0.00015", "0", "-1", "abc", "1e400"]:
            with self.assertRaises((ccxt.InvalidOrder, ccxt.BadRequest), msg=size):
                self.limit("buy", 0.01, 90_000, size=size)

    def test_a_price_off_its_step_is_invalid(self):
        for price in ["90000.5", "0", "-1"]:
            with self.assertRaises(ccxt.InvalidOrder, msg=price):
                self.limit("buy", 0.01, 90_000, limitPrice=price)

    def test_an_exponent_is_a_number(self):
        order = self.limit("buy", 0.01, 90_000, limitPrice="9e4", size="1.0e-2")
        self.assertEqual(self.open_order(order["id"])["remaining"], 0.01)
        self.exchange.cancel_order(order["id"])

    def test_an_unknown_symbol_is_refused(self):
        with self.assertRaises(ccxt.BadRequest):
            self.limit("buy", 0.01, 90_000, symbol="PF_NOPEUSD")

    def test_an_unknown_side_or_type_is_refused(self):
        for params in [{"side": "up"}, {"orderType": "guess"}]:
            with self.assertRaises((ccxt.InvalidOrder, ccxt.BadRequest)):
                self.exchange.create_order(BTC, "limit", "buy", 0.01, 90_000, params)

    def test_a_missing_argument_is_named_as_such(self):
        whole = {"orderType": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "size": "0.01",
                 "limitPrice": "90000"}
        for name in ["orderType", "symbol", "side", "size"]:
            part = {key: value for key, value in whole.items() if key != name}
            with self.assertRaisesRegex(ccxt.BadRequest, "requiredArgumentMissing"):
                self.exchange.private_post_sendorder(part)

    def test_a_price_far_through_the_market_is_outside_the_collar(self):
        with self.assertRaises(ccxt.InvalidOrder):
            self.limit("buy", 0.01, 1_000_000)

    def test_an_order_after_its_deadline_is_not_placed(self):
        answer = self.exchange.private_post_sendorder({
            "orderType": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "size": "0.01",
            "limitPrice": "90000", "processBefore": "2020-01-01T00:00:00.000Z"})
        self.assertEqual(answer["sendStatus"]["status"], "wouldProcessAfterSpecifiedTime")

    def test_unknown_parameters_are_ignored(self):
        order = self.limit("buy", 0.01, 90_000, nobodyKnows="this", leverage=3)
        self.assertEqual(order["status"], "open")
        self.exchange.cancel_order(order["id"])


class Reads(VenueCase):
    """Reads that make no sense."""

    def test_a_book_of_an_unknown_symbol_is_refused(self):
        with self.assertRaises(ccxt.BadRequest):
            self.exchange.public_get_orderbook({"symbol": "PF_NOPEUSD"})

    def test_a_ticker_of_an_unknown_symbol_is_refused(self):
        with self.assertRaises(ccxt.BadRequest):
            self.exchange.public_get_tickers_symbol({"symbol": "PF_NOPEUSD"})

    def test_a_chart_of_an_unknown_length_is_refused(self):
        with self.assertRaises(ccxt.BaseError):
            self.exchange.charts_get_price_type_symbol_interval(
                {"price_type": "trade", "symbol": "PF_XBTUSD", "interval": "7m"})


class RateLimit(VenueCase):
    """500 tokens in ten seconds; an order costs ten."""

    def test_a_burst_of_orders_meets_the_limit(self):
        with self.assertRaises((ccxt.RateLimitExceeded, ccxt.DDoSProtection)):
            for _ in range(200):
                self.limit("buy", 0.01, 90_000)
        self.assertGreaterEqual(self.venue.requests()["sendorder"], 50)
        self.assertEqual(self.exchange.fetch_ticker(BTC)["last"], 100_000)


if __name__ == "__main__":
    unittest.main()
