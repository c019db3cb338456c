"""python-kraken-sdk's Futures clients against a running paper venue: one line for each call.

    python kraken_sdk.py http://127.0.0.1:PORT KEY SECRET
"""

import sys

from kraken.futures import Funding, Market, Trade, User

url, key, secret = sys.argv[1:4]
market = Market(url=url, key=key, secret=secret)
trade = Trade(url=url, key=key, secret=secret)
user = User(url=url, key=key, secret=secret)
funding = Funding(url=url, key=key, secret=secret)
BTC = "PF_XBTUSD"
order = {"orderType": "lmt", "symbol": BTC, "side": "buy", "size": 0.01}


def placed(**more):
    answer = trade.create_order(**(order | more))
    return answer["sendStatus"]["order_id"], answer["sendStatus"]["status"]


def call(name, work):
    """Says what the call gave; returns it, or None when it failed."""
    try:
        result = work()
        print(f"ok    {name}: {str(result)[:140]}")
        return result
    except Exception as error:  # whatever the library makes of the answer is the finding
        print(f"FAIL  {name}: {type(error).__name__}: {str(error)[:200]}")
        return None


tickers = {row["symbol"]: row for row in market.get_tickers()["tickers"]}
price = float(tickers[BTC]["last"])
low, high = round(price * 0.9), round(price * 1.1)

call("tick types", market.get_tick_types)
call("tradeable products", lambda: market.get_tradeable_products(tick_type="trade"))
call("resolutions", lambda: market.get_resolutions(tick_type="trade", tradeable=BTC))
call("candles", lambda: len(
    market.get_ohlc(tick_type="trade", symbol=BTC, resolution="1h")["candles"]))
call("fee schedules", lambda: market.get_fee_schedules()["feeSchedules"][0])
call("fee volumes", lambda: market.get_fee_schedules_vol()["volumesByFeeSchedule"])
call("order book", lambda: market.get_orderbook(symbol=BTC)["orderBook"]["bids"][0])
call("instruments", lambda: len(market.get_instruments()["instruments"]))
call("instruments status", lambda: market.get_instruments_status()["instrumentStatus"][0])
call("one status", lambda: market.get_instruments_status(BTC)["tradeable"])
call("trade history", lambda: market.get_trade_history(symbol=BTC)["history"][0])
call("funding rates", lambda: market.get_historical_funding_rates(symbol=BTC)["rates"][-1])
call("public executions", lambda: market.get_public_execution_events(tradeable=BTC)["len"])
call("public orders", lambda: market.get_public_order_events(tradeable=BTC)["len"])
call("mark prices", lambda: market.get_public_mark_price_events(tradeable=BTC)["len"])
call("set leverage", lambda: market.set_leverage_preference(symbol=BTC, maxLeverage=10)["result"])
call("leverage", lambda: market.get_leverage_preference()["leveragePreferences"])
call("set pnl", lambda: market.set_pnl_preference(symbol=BTC, pnlPreference="USD")["result"])
call("pnl", lambda: market.get_pnl_preference()["preferences"])

call("limit order", lambda: placed(limitPrice=low, cliOrdId="sdk-1"))
call("open orders", lambda: user.get_open_orders()["openOrders"][0])
call("status", lambda: trade.get_orders_status(cliOrdIds=["sdk-1"])["orders"][0]["status"])
call("edit", lambda: trade.edit_order(
    cliOrdId="sdk-1", size=0.02, limitPrice=low + 1)["editStatus"]["status"])
call("cancel", lambda: trade.cancel_order(cliOrdId="sdk-1")["cancelStatus"]["status"])
call("post-only", lambda: placed(orderType="post", limitPrice=low))
call("market order", lambda: placed(orderType="mkt"))
call("stop", lambda: placed(
    orderType="stp", side="sell", stopPrice=low, triggerSignal="mark", reduceOnly=True))
call("take profit", lambda: placed(
    orderType="take_profit", side="sell", stopPrice=high, triggerSignal="last", reduceOnly=True))
call("trailing stop", lambda: placed(
    orderType="trailing_stop", side="sell", trailingStopMaxDeviation=5,
    trailingStopDeviationUnit="PERCENT", triggerSignal="mark"))
call("late order", lambda: placed(limitPrice=low, processBefore="2020-01-01T00:00:00.000Z"))
call("batch", lambda: [row["status"] for row in trade.create_batch_order(batchorder_list=[
    {"order": "send", "order_tag": "1", "cliOrdId": "sdk-2", "limitPrice": low} | order,
    {"order": "cancel", "cliOrdId": "sdk-2"}])["batchStatus"]])
call("dead man's switch", lambda: trade.dead_mans_switch(timeout=60)["status"])
call("switch off", lambda: trade.dead_mans_switch(timeout=0)["status"])
call("cancel all", lambda: trade.cancel_all_orders()["cancelStatus"]["status"])
call("fills", lambda: trade.get_fills()["fills"][0])
call("wallets", lambda: user.get_wallets()["accounts"]["flex"]["availableMargin"])
call("positions", lambda: user.get_open_positions()["openPositions"][0])
call("account log", lambda: len(user.get_account_log()["logs"]))
call("account log csv", lambda: user.get_account_log_csv().text[:80])
call("order events", lambda: len(user.get_order_events()["elements"]))
call("execution events", lambda: len(user.get_execution_events()["elements"]))
call("trigger events", lambda: len(user.get_trigger_events()["elements"]))
call("subaccounts", lambda: user.get_subaccounts()["result"])
call("unwind queue", lambda: user.get_unwind_queue()["result"])
call("notifications", lambda: user.get_notifications()["notifications"])
call("own funding rates", lambda: len(funding.get_historical_funding_rates(symbol=BTC)["rates"]))
call("transfer", lambda: funding.initiate_wallet_transfer(
    amount=1, fromAccount="flex", toAccount="cash", unit="USD")["result"])
