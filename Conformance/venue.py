"""A paper venue of one test: started, asked, stopped."""

import base64
import json
import os
import re
import secrets
import selectors
import shutil
import subprocess
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.environ.get(
    "PAPER_VENUE", os.path.join(os.path.dirname(HERE), ".build", "debug", "paper-venue"))
START_SECONDS = 60


class Venue:
    """One `paper-venue` process with a state folder, key and secret of its own."""

    def __init__(self, market=None, speed=None):
        self.key = secrets.token_hex(16)
        self.secret = base64.b64encode(secrets.token_bytes(64)).decode()
        self.folder = tempfile.mkdtemp(prefix="paper-venue-")
        command = [
            BINARY, "--key", self.key, "--secret", self.secret,
            "--state-dir", os.path.join(self.folder, "state"),
            "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
        ]
        if market is not None:
            files = os.path.join(self.folder, "market")
            os.mkdir(files)
            market(files)
            command += ["--market", files]
        if speed is not None:
            command += ["--speed", str(speed)]
        self.log_path = os.path.join(self.folder, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL)
        try:
            self.url = self._listening()
        except Exception:
            self._end()
            raise
        self.host = self.url.split("://")[1]

    def _listening(self):
        selector = selectors.DefaultSelector()
        selector.register(self.process.stdout, selectors.EVENT_READ)
        deadline = time.monotonic() + START_SECONDS
        text = b""
        while time.monotonic() < deadline and selector.select(deadline - time.monotonic()):
            chunk = os.read(self.process.stdout.fileno(), 4096)
            if not chunk:
                break
            text += chunk
            found = re.search(rb"listening on (http://[0-9.:]+)\s", text)
            if found:
                return found.group(1).decode()
        raise RuntimeError(f"paper-venue does not listen: {self.log()}")

    @property
    def admin(self):
        """Address of the admin port."""
        return re.search(r"admin=(http://[0-9.:]+)", self.log()).group(1)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def book(self):
        """The book of truth, as the admin port tells it."""
        with urllib.request.urlopen(self.admin + "/book", timeout=10) as answer:
            return json.load(answer)

    def requests(self):
        """How often each endpoint was called."""
        with urllib.request.urlopen(self.admin + "/requests", timeout=10) as answer:
            return json.load(answer)

    def stop(self):
        """Ends the process; one that had ended by itself, or ends badly, is an error."""
        ended = self.process.poll()
        log = self.log()
        code = self._end()
        if ended is not None:
            raise AssertionError(f"paper-venue ended by itself with code {ended}: {log[-4000:]}")
        if code != 0:
            raise AssertionError(f"paper-venue did not stop cleanly: code {code}: {log[-4000:]}")

    def _end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode
