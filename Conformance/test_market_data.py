"""Prices, candles, trades and funding as ccxt reads them."""

import unittest

import markets
from clients import BTC, ETH, VenueCase

LENGTHS = {"1m": 60, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "4h": 14_400,
           "12h": 43_200, "1d": 86_400, "1w": 604_800}


class Prices(VenueCase):
    """Tickers and the book in a market that stands at 100,000 and 4,000."""

    def test_ticker_tells_the_price_the_market_stands_at(self):
        ticker = self.exchange.fetch_ticker(BTC)
        self.assertEqual(ticker["symbol"], BTC)
        self.assertEqual((ticker["last"], ticker["open"]), (100_000, 100_000))
        # Mark and index stay near the last price, and are not it.
        self.assertAlmostEqual(ticker["markPrice"], 100_000, delta=100)
        self.assertAlmostEqual(ticker["indexPrice"], 100_000, delta=100)
        self.assertEqual(ticker["percentage"], 0)
        self.assertLess(ticker["bid"], ticker["ask"])
        self.assertLess(abs(ticker["bid"] - 100_000), 100)
        self.assertGreater(ticker["bidVolume"], 0)
        self.assertGreater(ticker["askVolume"], 0)

    def test_tickers_list_both_markets_and_only_those_asked_for(self):
        self.assertEqual(set(self.exchange.fetch_tickers()), {BTC, ETH})
        tickers = self.exchange.fetch_tickers([ETH])
        self.assertEqual(set(tickers), {ETH})
        self.assertEqual(tickers[ETH]["last"], 4000)

    def test_book_is_sorted_and_begins_with_the_tickers_prices(self):
        book = self.exchange.fetch_order_book(BTC)
        ticker = self.exchange.fetch_ticker(BTC)
        bids, asks = book["bids"], book["asks"]
        self.assertEqual([row[0] for row in bids], sorted((r[0] for r in bids), reverse=True))
        self.assertEqual([row[0] for row in asks], sorted(r[0] for r in asks))
        self.assertEqual(len({row[0] for row in bids + asks}), len(bids) + len(asks))
        self.assertTrue(all(row[1] > 0 for row in bids + asks))
        self.assertEqual((bids[0][0], asks[0][0]), (ticker["bid"], ticker["ask"]))
        self.assertGreater(book["timestamp"], 0)


class Funding(VenueCase):
    """Funding in a generated market."""

    market = None

    def test_history_has_one_rate_an_hour_in_order(self):
        rates = self.exchange.fetch_funding_rate_history(BTC)
        self.assertGreater(len(rates), 24)
        times = [rate["timestamp"] for rate in rates]
        self.assertEqual(times, sorted(set(times)))
        self.assertTrue(all(time % 3_600_000 == 0 for time in times))
        self.assertTrue(all(b - a == 3_600_000 for a, b in zip(times, times[1:])))
        self.assertTrue(all(abs(rate["fundingRate"]) <= 0.0025 for rate in rates))
        self.assertGreater(len({rate["fundingRate"] for rate in rates}), 1)

    def test_absolute_rates_are_the_relative_ones_times_the_price(self):
        rates = self.exchange.public_get_historicalfundingrates({"symbol": "PF_XBTUSD"})["rates"]
        for rate in rates[-5:]:
            relative, absolute = float(rate["relativeFundingRate"]), float(rate["fundingRate"])
            if relative:
                self.assertGreater(absolute / relative, 10_000)

    def test_current_rate_is_relative_after_ccxts_division(self):
        rate = self.exchange.fetch_funding_rate(BTC)
        self.assertLess(abs(rate["fundingRate"]), 0.0025)
        self.assertIsNotNone(rate["nextFundingRate"])
        self.assertEqual(set(self.exchange.fetch_funding_rates([ETH])), {ETH})


class Candles(VenueCase):
    """Charts of a generated market, which has more than a year of history."""

    market = None

    def newest(self):
        return self.exchange.fetch_ticker(BTC)["timestamp"]

    def test_every_timeframe_has_ascending_possible_candles_up_to_now(self):
        for name, seconds in LENGTHS.items():
            candles = self.exchange.fetch_ohlcv(BTC, name)
            self.assertGreater(len(candles), 5 if name == "1w" else 20, name)
            times = [candle[0] for candle in candles]
            self.assertEqual(times, sorted(set(times)), name)
            for time, first, high, low, last, volume in candles:
                self.assertLessEqual(low, min(first, last), name)
                self.assertGreaterEqual(high, max(first, last), name)
                self.assertGreaterEqual(volume, 0)
                if name != "1w":
                    self.assertEqual(time % (seconds * 1000), 0, name)
            self.assertTrue(
                all((b - a) % (seconds * 1000) == 0 for a, b in zip(times, times[1:])), name)
            age = self.newest() - times[-1]
            self.assertLess(age, 4 * seconds * 1000, f"{name}: the newest candle is old")

    def test_a_closed_candle_never_changes_and_a_longer_one_is_their_sum(self):
        minutes = self.exchange.fetch_ohlcv(BTC, "1m")
        fives = {c[0]: c for c in self.exchange.fetch_ohlcv(BTC, "5m")}
        again = {c[0]: c for c in self.exchange.fetch_ohlcv(BTC, "1m")}
        for candle in minutes[-100:-1]:
            self.assertEqual(again.get(candle[0]), candle)
        checked = 0
        for start in sorted(fives)[-20:-1]:
            parts = [c for c in minutes if start <= c[0] < start + 300_000]
            if not parts:
                continue
            checked += 1
            self.assertEqual(
                fives[start][1:5],
                [parts[0][1], max(c[2] for c in parts), min(c[3] for c in parts), parts[-1][4]])
            self.assertAlmostEqual(fives[start][5], sum(c[5] for c in parts), places=6)
        self.assertGreater(checked, 10)

    def test_since_and_limit_choose_the_window(self):
        hours = self.exchange.fetch_ohlcv(BTC, "1h")
        since = hours[-10][0]
        self.assertEqual(
            self.exchange.fetch_ohlcv(BTC, "1h", since=since, limit=3), hours[-10:-7])

    def test_a_limit_alone_gives_the_newest_candles(self):
        candles = self.exchange.fetch_ohlcv(BTC, "1h", limit=5)
        self.assertEqual(len(candles), 5)
        self.assertLess(self.newest() - candles[-1][0], 2 * 3_600_000)

    def test_mark_and_index_candles_have_the_times_of_trade_candles(self):
        since = self.exchange.fetch_ohlcv(BTC, "1h")[-10][0]
        for price in ["mark", "index"]:
            candles = self.exchange.fetch_ohlcv(
                BTC, "1h", since=since, limit=3, params={"price": price})
            self.assertEqual(
                [c[0] for c in candles], [since, since + 3_600_000, since + 7_200_000], price)


class Trades(VenueCase):
    """Public trades of a generated market."""

    market = None

    def test_the_trades_of_a_minute_make_its_candle(self):
        for method, count in [("historyGetMarketSymbolExecutions", 500), ("publicGetHistory", 100)]:
            trades = self.exchange.fetch_trades(BTC, limit=count, params={"method": method})
            self.assertEqual(len(trades), count, method)
            self.assertEqual(len({trade["id"] for trade in trades}), count, method)
            times = [trade["timestamp"] for trade in trades]
            self.assertEqual(times, sorted(times), method)
            minutes = {}
            for trade in trades:
                minutes.setdefault(trade["timestamp"] // 60_000 * 60_000, []).append(trade)
            candles = {c[0]: c for c in self.exchange.fetch_ohlcv(BTC, "1m")}
            whole = sorted(minutes)[1:-1]
            self.assertGreater(len(whole), 2, method)
            for minute in whole:
                prices = [trade["price"] for trade in minutes[minute]]
                self.assertEqual(
                    candles[minute][1:5], [prices[0], max(prices), min(prices), prices[-1]], method)
                self.assertAlmostEqual(
                    candles[minute][5], sum(t["amount"] for t in minutes[minute]), places=6)

    def test_trades_since_a_moment_are_those_after_it(self):
        trades = self.exchange.fetch_trades(BTC, limit=50)
        since = trades[25]["timestamp"]
        later = self.exchange.fetch_trades(BTC, since=since, limit=10)
        self.assertEqual([t["id"] for t in later], [t["id"] for t in trades[25:35]])


class FormingCandle(VenueCase):
    """A fast market, where a candle can be seen while it forms and after it has closed."""

    market = staticmethod(markets.swinging)
    speed = 60

    def test_the_forming_candle_is_last_and_stays_when_it_has_closed(self):
        forming = self.exchange.fetch_ohlcv(BTC, "1m")[-1]
        later = self.until(
            lambda: [c for c in self.exchange.fetch_ohlcv(BTC, "1m")
                     if c[0] >= forming[0] + 120_000],
            "two more candles")
        self.assertGreater(later[-1][0], forming[0])
        closed = [c for c in self.exchange.fetch_ohlcv(BTC, "1m") if c[0] == forming[0]][0]
        self.assertEqual(closed[1], forming[1], "the open was known from the beginning")
        self.assertGreaterEqual(closed[2], forming[2])
        self.assertLessEqual(closed[3], forming[3])
        self.assertGreaterEqual(closed[5], forming[5])


if __name__ == "__main__":
    unittest.main()
