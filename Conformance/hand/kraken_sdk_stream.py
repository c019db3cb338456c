"""python-kraken-sdk's WebSocket client against a running paper venue.

    python kraken_sdk_stream.py 127.0.0.1:PORT KEY SECRET CERTIFICATE PRIVATE_KEY

The client speaks `wss` only, so this stands a TLS door before the venue on a port of its own;
SSL_CERT_FILE must name the certificate, which is for localhost.
"""

import asyncio
import ssl
import sys

from kraken.futures import FuturesWSClient, Trade

venue, key, secret, certificate, private_key = sys.argv[1:6]
host, port = venue.split(":")
seen = {}


class Client(FuturesWSClient):
    """Counts the feeds it hears."""

    async def on_message(self, message):
        name = message.get("feed") or message.get("event")
        seen[name] = seen.get(name, 0) + 1
        if message.get("event") in {"error", "alert"}:
            print(message)


async def pump(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def door(reader, writer):
    behind = await asyncio.open_connection(host, int(port))
    await asyncio.gather(pump(reader, behind[1]), pump(behind[0], writer))


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private_key)
    server = await asyncio.start_server(door, "localhost", 0, ssl=context)
    address = f"localhost:{server.sockets[0].getsockname()[1]}/ws/v1"
    client = Client(key=key, secret=secret, url=address)
    await client.start()
    await client.subscribe(feed="ticker", products=["PF_XBTUSD", "PF_ETHUSD"])
    await client.subscribe(feed="book", products=["PF_XBTUSD"])
    for feed in ["fills", "open_orders", "open_positions", "balances", "account_log"]:
        await client.subscribe(feed=feed)
    await asyncio.sleep(3)
    trade = Trade(url=f"http://{venue}", key=key, secret=secret)
    for side in ["buy", "sell"]:
        trade.create_order(orderType="mkt", symbol="PF_XBTUSD", side=side, size=0.01)
    await asyncio.sleep(3)
    await client.unsubscribe(feed="ticker", products=["PF_XBTUSD", "PF_ETHUSD"])
    await asyncio.sleep(1)
    print(dict(sorted(seen.items())))
    print("subscriptions:", len(client.get_active_subscriptions()))
    await client.close()


asyncio.run(main())
