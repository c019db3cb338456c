"""The venue's WebSocket without a client library, for what ccxt does not read."""

import asyncio
import base64
import hashlib
import hmac
import json

import aiohttp


def signed(secret, challenge):
    digest = hashlib.sha256(challenge.encode()).digest()
    code = hmac.new(base64.b64decode(secret), digest, hashlib.sha512)
    return base64.b64encode(code.digest()).decode()


class RawFeed:
    """One connection; every frame is kept until it is asked for."""

    def __init__(self, venue, patience):
        self.venue = venue
        self.patience = patience
        self.session = None
        self.socket = None
        self.waiting = []
        self.key = {}

    async def open(self):
        self.session = aiohttp.ClientSession()
        self.socket = await self.session.ws_connect(f"ws://{self.venue.host}/ws/v1", autoping=False)
        return self

    async def close(self):
        if self.socket is not None:
            await self.socket.close()
        await self.session.close()

    async def send(self, **message):
        await self.socket.send_str(json.dumps(message))

    async def frame(self):
        message = await asyncio.wait_for(self.socket.receive(), self.patience)
        if message.type != aiohttp.WSMsgType.TEXT:
            raise AssertionError(f"no text frame but {message}")
        return json.loads(message.data)

    async def next(self, **members):
        """The next frame that has these members; others are kept."""
        def fits(frame):
            return all(frame.get(name) == value for name, value in members.items())
        for index, frame in enumerate(self.waiting):
            if fits(frame):
                return self.waiting.pop(index)
        while True:
            frame = await self.frame()
            if fits(frame):
                return frame
            self.waiting.append(frame)
            if len(self.waiting) > 10_000:
                raise AssertionError(f"no frame with {members} among 10,000")

    async def log_in(self, secret=None):
        await self.send(event="challenge", api_key=self.venue.key)
        challenge = (await self.next(event="challenge"))["message"]
        self.key = {
            "api_key": self.venue.key, "original_challenge": challenge,
            "signed_challenge": signed(secret or self.venue.secret, challenge)}

    async def subscribe(self, feed, *products, event="subscribe"):
        more = {"product_ids": list(products)} if products else {}
        await self.send(event=event, feed=feed, **more, **self.key)
        return await self.next(event=event + "d", feed=feed)
