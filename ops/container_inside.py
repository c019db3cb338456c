#!/usr/bin/env python3
"""What ops/container-test does inside its container: installs the service and does to it what befalls services.

Each check is a function; a check that fails does not keep the next from running. Nothing here runs outside a
container: it installs, kills and removes.
"""
import argparse
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer

PREFIX = "/opt/interlock"
STATE = "/var/lib/interlock"
KEYS = "/var/lib/interlock-keys"
RUN = "/run/interlock"
UNIT = "interlock.service"
STAGES = ["paper-venue", "order-router", "risk-gate", "signal-service", "market-data", "tap-relay"]
HOLDERS = ["paper-venue", "order-router"]
SECRET = base64.b64encode(b"a secret that must never be seen in any log or file: " + os.urandom(11)).decode()
REAL_MONEY = "--i-understand-this-trades-real-money"
KEY = "containerkey" + os.urandom(8).hex()

PROBE = r"""#!/usr/bin/python3
import json, os, signal, socket, sys
told = json.loads(sys.stdin.readline())
room = os.path.dirname(told["market"].removeprefix("ipc://"))
run = os.path.dirname(room)
def say(name, act):
    try:
        print(name, "DONE", act(), flush=True)
    except Exception as error:
        print(name, "refused", type(error).__name__, error, flush=True)
def connect(path):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        return "connected"
def internet():
    with socket.socket() as s:
        s.settimeout(2)
        s.connect(("127.0.0.1", 22))
say("run", lambda: os.stat(run + "/core"))
say("open", lambda: connect(told["market"].removeprefix("ipc://")))
say("core", lambda: connect(run + "/core/supervisor.sock"))
say("state", lambda: open("/var/lib/interlock/ledger.sqlite").read(1))
say("key", lambda: open("/run/credentials/interlock.service/keys_trading").read(1))
say("write", lambda: open("/tmp/x", "w"))
say("home", lambda: open(os.path.dirname(os.path.abspath(__file__)) + "/x", "w"))
say("proc", lambda: open("/proc/1/status").read(1))
say("network", internet)
say("signal", lambda: os.kill(os.getppid(), signal.SIGCONT))
say("user", os.getuid)
print("end", flush=True)
signal.pause()
"""


told = []


class Receiver(BaseHTTPRequestHandler):
    """The people who are told, by webhook."""

    def do_POST(self):
        told.append(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def say(*words):
    print(*words, flush=True)


def sh(*command, check=True, timeout=180, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **more)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def wait(what, condition, seconds=90.0):
    end = time.monotonic() + seconds
    error = None
    while time.monotonic() < end:
        try:
            value = condition()
            if value:
                return value
        except Exception as problem:  # not yet
            error = problem
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:.0f} s: {what}; last: {error}")


def show(name, unit=UNIT):
    return sh("systemctl", "show", unit, "--property", name, "--value").strip()


def interlock(*arguments, check=True, timeout=60):
    return sh(f"{PREFIX}/current/interlock", *arguments, "--run-dir", RUN, check=check, timeout=timeout)


def status():
    return json.loads(interlock("status", "--json"))


def stage(name):
    return next(s for s in status()["stages"] if s["name"] == name)


def all_ready():
    now = status()
    return now["state"] == "running" and all(s["state"] == "ready" for s in now["stages"]) and now


def journal():
    return sh("journalctl", "--no-pager", "-o", "cat", "-t", "interlock", check=False)


def lives(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def ours():
    """Every process of the service, found by what it runs, not by what anybody says."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                path = os.readlink(f"/proc/{entry}/exe")
            except OSError:
                continue
            if path.startswith(PREFIX + "/releases/") and lives(entry):
                found[int(entry)] = os.path.basename(path)
    return found


def supervisor():
    return int(show("MainPID"))


def back_after(name, before, seconds=90):
    return wait(f"{name} is back", lambda: (lambda s: s["state"] == "ready" and s["generation"] > before and s)(
        stage(name)), seconds)


# ---- the checks, in the order they run


def install(build):
    os.makedirs("/etc/interlock/keys", mode=0o700)
    with open("/etc/interlock/keys/trading", "w") as file:
        file.write(f"key={KEY}\nsecret={SECRET}\n")
    os.chmod("/etc/interlock/keys/trading", 0o600)
    os.makedirs("/opt/strategies")
    with open("/opt/strategies/probe.py", "w") as file:
        file.write(PROBE)
    os.chmod("/opt/strategies/probe.py", 0o755)
    os.chmod("/opt/strategies", 0o755)
    with open("/etc/interlock/interlock.yaml", "w") as file:
        file.write("supervisor:\n  breaker_deaths: 5\n  backoff_max_ms: 500\n"
                   "signal_service:\n  programs: [/opt/strategies/probe.py]\n"
                   "alerts:\n  secrets_file: /etc/interlock/alerts\n")
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open("/etc/interlock/alerts", "w") as file:
        file.write(f"webhook=http://127.0.0.1:{server.server_address[1]}/hook\n")
    say(sh("/src/ops/install", "--build", build, "--profile", "demo", "--account", "container", timeout=200).strip())
    with open("/etc/interlock/interlock.yaml") as file:
        assert "breaker_deaths: 5" in file.read(), "the configuration that was there stays"
    wait("every stage is ready", all_ready)


def active():
    assert show("ActiveState") == "active" and show("SubState") == "running"
    line = wait("a STATUS line", lambda: show("StatusText"))
    assert "stages ready" in line and "trading" in line, line
    # The service counts as started before its bystanders are ready.
    wait("every stage is ready", lambda: re.search(
        r'Status: "running: (\d+) of \1 stages ready', sh("systemctl", "--no-pager", "--lines", "0", "status", UNIT)))
    say("   ", line)
    groups = sorted(os.listdir("/sys/fs/cgroup" + show("ControlGroup"))) if os.path.isdir(
        "/sys/fs/cgroup" + show("ControlGroup")) else []
    assert "risk-gate" in groups, f"one control group per stage: {groups}"


def security():
    text = sh("systemd-analyze", "--no-pager", "security", UNIT)
    level = float(re.search(r"Overall exposure level for \S+ ([0-9.]+)", text).group(1))
    say("    exposure", level)
    assert level <= 2.0, text


def privileges():
    # The user of the service reads neither the key file nor the memory of who holds the key.
    def as_user(*command):
        return subprocess.run(["setpriv", "--reuid=interlock", "--regid=interlock", "--clear-groups", *command],
                              capture_output=True, text=True)
    assert as_user("cat", "/etc/interlock/keys/trading").returncode != 0
    lines = journal()
    for name in STAGES:
        pid = stage(name)["pid"]
        said = [line for line in lines.splitlines() if f" {name}[{pid}] INFO privileges dropped" in line]
        readable = as_user("cat", f"/proc/{pid}/environ").returncode == 0
        if name in HOLDERS:
            assert said and "holds the key" in said[-1], said
            assert not readable, f"{name} is dumpable"
        else:
            assert said and "Landlock" in said[-1] and "2 hidden" in said[-1], f"{name}: {said}"
        fields = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status") if ":" in line)
        assert fields["NoNewPrivs"].strip() == "1" and int(fields["CapEff"], 16) == 0, name
        assert int(fields["Uid"].split()[0]) != 0, name
        with open(f"/proc/{pid}/environ") as file:
            environment = file.read()
        assert "SWIFT_BACKTRACE=enable=no" in environment and "CREDENTIALS_DIRECTORY" not in environment, name
    assert not [alert for alert in status()["alerts"] if "UNCONFINED" in alert], status()["alerts"]
    assert not os.path.exists(KEYS + "/venue"), "the key came from the credential, none was made"


def program():
    path = f"{STATE}/programs/probe.log"
    words = wait("the program has tried everything", lambda: (lambda t: "\nend" in t and t)(open(path).read()))
    told = dict(line.split(" ", 1) for line in words.splitlines() if " " in line)
    assert told["open"].startswith("DONE"), words
    for name in ["run", "core", "state", "key", "write", "home", "proc", "network"]:
        assert told[name].startswith("refused"), f"{name} in:\n{words}"
    if "Landlock" not in " ".join(status()["alerts"]):
        assert told["signal"].startswith("refused"), words


def killed():
    worst = 0.0
    for name in STAGES:
        now = stage(name)
        start = time.monotonic()
        os.kill(now["pid"], signal.SIGKILL)
        back_after(name, now["generation"])
        worst = max(worst, time.monotonic() - start)
    wait("all is well", all_ready)
    assert show("NRestarts") == "0"
    say(f"    each stage killed once, the slowest was ready again after {worst * 1000:.0f} ms as seen by status")


def aborted():
    # With Swift's backtracer on, the first SIGABRT would leave the process alive.
    now = stage("risk-gate")
    os.kill(now["pid"], signal.SIGABRT)
    back_after("risk-gate", now["generation"])
    assert "signal 6" in journal() or "ABRT" in journal(), "it died of the signal"


def hung():
    for name in STAGES:
        now = stage(name)
        os.kill(now["pid"], signal.SIGSTOP)
        back_after(name, now["generation"])
        assert not lives(now["pid"]), f"the stopped {name} is gone"
    wait("all is well", all_ready)
    assert show("NRestarts") == "0"


def crash_loop():
    # The deaths of the checks before are in the window as well.
    for _ in range(12):
        now = stage("tap-relay")
        if now["state"] == "failed":
            break
        if now["pid"] and now["state"] == "ready":
            os.kill(now["pid"], signal.SIGKILL)
        wait("it is ready or failed", lambda: stage("tap-relay")["state"] in ("ready", "failed"))
    wait("the breaker opens", lambda: stage("tap-relay")["state"] == "failed")
    now = status()
    assert now["state"] == "halted" and any("tap-relay" in alert for alert in now["alerts"]), now
    assert json.loads(interlock("kill-switch", "status", "--json"))["active"] is True
    assert show("ActiveState") == "active" and show("NRestarts") == "0", "systemd does not loop"
    wait("STATUS says it", lambda: "halted" in show("StatusText") and "KILL SWITCH" in show("StatusText"))
    interlock("restart", "tap-relay")
    wait("all is well", all_ready)


def supervisor_killed():
    assert json.loads(interlock("kill-switch", "status", "--json"))["active"] is True, "latched by the check before"
    before = ours()
    assert len(before) >= 7, before
    os.kill(supervisor(), signal.SIGKILL)
    time.sleep(1.0)
    left = {pid: name for pid, name in before.items() if lives(pid)}
    assert not left, f"orphans after 1 s: {left}"
    wait("systemd has brought it back", lambda: show("NRestarts") == "1" and show("ActiveState") == "active")
    wait("all is well", all_ready)
    latch = json.loads(interlock("kill-switch", "status", "--json"))
    assert latch["active"] is True and "tap-relay" in json.dumps(latch), latch
    wait("the end was told", lambda: "ALERT supervisor_failed: interlock.service: the supervisor has ended" in journal())
    wait("people were told", lambda: [text for text in told if "supervisor_failed" in text and "signal-KILL" in text])


def acknowledge():
    interlock("kill-switch", "acknowledge", "--reason", "container test")
    assert json.loads(interlock("kill-switch", "status", "--json"))["active"] is False


def watchdog():
    before = int(show("NRestarts"))
    pids = ours()
    os.kill(supervisor(), signal.SIGSTOP)
    wait("the watchdog ends it and systemd starts it again", lambda: int(show("NRestarts")) == before + 1, 120)
    wait("all is well", all_ready)
    assert not [pid for pid in pids if lives(pid)], "nobody of the hung one is left"
    assert "watchdog" in sh("journalctl", "--no-pager", "-u", UNIT).lower()


def abort_kills():
    before = int(show("NRestarts"))
    old = supervisor()
    os.kill(old, signal.SIGABRT)
    wait("one SIGABRT has ended it", lambda: not lives(old), 20)
    wait("it is back", lambda: int(show("NRestarts")) == before + 1)
    wait("all is well", all_ready)


def misconfigured():
    path = "/etc/interlock/interlock.yaml"
    good = open(path).read()
    sh("systemctl", "stop", UNIT)
    sh("systemctl", "reset-failed", UNIT, check=False)
    with open(path, "a") as file:
        file.write("supervisor_typo:\n  x: 1\n")
    sh("systemctl", "start", UNIT, check=False)
    wait("it has failed", lambda: show("ActiveState") == "failed")
    assert show("ExecMainStatus") == "78" and show("NRestarts") == "0", show("ExecMainStatus")
    wait("OnFailure= has told", lambda: "ALERT supervisor_failed: interlock.service is down" in journal())
    # To the journal only: with a configuration that cannot be read nobody knows where people are.
    with open(path, "w") as file:
        file.write(good)
    sh("systemctl", "start", UNIT)
    wait("all is well", all_ready)


def venue_away():
    """In a network without the venue the service starts all the same, and says what it waits for."""
    sh("systemctl", "stop", UNIT)
    with open("/etc/interlock/interlock.env") as file:
        flags = file.read()
    os.rename(STATE, STATE + ".aside")
    try:
        with open("/etc/interlock/interlock.env", "w") as file:
            file.write(f'INTERLOCK_FLAGS="--profile live --account away {REAL_MONEY}"\n')
        # Not the first start from this state, which would want a venue that answers.
        os.mkdir(STATE, 0o700)
        with open(f"{STATE}/identity.json", "w") as file:
            file.write('{"account":"away","profile":"live"}')
        interlock("kill-switch", "activate", "--reason", "away", "--timeout", "0", "--state-dir", STATE, check=False)
        sh("chown", "-R", "interlock:interlock", STATE)
        sh("systemctl", "start", UNIT, timeout=240)
        assert show("ActiveState") == "active"
        line = wait("STATUS says so", lambda: (lambda t: "waits for the venue" in t and t)(show("StatusText")))
        say("   ", line)
        assert show("NRestarts") == "0"
        sh("systemctl", "stop", UNIT)
    finally:
        with open("/etc/interlock/interlock.env", "w") as file:
            file.write(flags)
        shutil.rmtree(STATE, ignore_errors=True)
        os.rename(STATE + ".aside", STATE)
    sh("systemctl", "start", UNIT)
    wait("all is well", all_ready)


LIVE = """venue:
  url: {url}
account:
  margin: any
market_data:
  instruments: [PF_XBTUSD, PF_ETHUSD]
  timeframe: 1m
  further_timeframes: []
risk_gate:
  wide_structure_max_distortion_pct: 100000
  min_edge_over_cost: 0
  min_entry_depth_multiple: 0
  max_signal_age_s: 7200
  max_signal_ahead_s: 7200
signal_service:
  strategies: [breakout]
breakout:
  channel_bars: 2
  atr_bars: 2
"""


def live(build):
    """Real money, as far as the pipeline knows: a venue that is no stage of ours, and the key as systemd hands it over."""
    sh("systemctl", "stop", UNIT)
    kept = ["/etc/interlock/interlock.yaml", "/etc/interlock/interlock.env", STATE]
    for path in kept:
        os.rename(path, path + ".aside")
    venue = subprocess.Popen([f"{PREFIX}/current/paper-venue", "--listen", "127.0.0.1:0", "--key", KEY, "--secret", SECRET,
                              "--no-rate-limits", "--speed", "60"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             text=True)
    try:
        url = next(line for line in venue.stdout if line.startswith("listening on ")).split()[-1]

        def install_live(address, *flags):
            with open("/etc/interlock/interlock.yaml", "w") as file:
                file.write(LIVE.format(url=address))
            done = subprocess.run(["/src/ops/install", "--build", build, "--profile", "live", "--account", "money", *flags],
                                  capture_output=True, text=True, timeout=300)
            return done.returncode, done.stdout + done.stderr
        code, words = install_live(url)
        assert code == 64 and REAL_MONEY in words, (code, words)
        code, words = install_live("http://127.0.0.1:1", REAL_MONEY)
        assert code == 78 and "fail  venue" in words, (code, words)
        os.chmod("/etc/interlock/keys/trading", 0o644)
        code, words = install_live(url, REAL_MONEY)
        assert code == 78 and "mode 0600" in words, (code, words)
        os.chmod("/etc/interlock/keys/trading", 0o600)
        assert show("ActiveState") != "active", "nothing was started"
        code, words = install_live(url, REAL_MONEY)
        assert code == 0, (code, words)
        now = wait("all is well", all_ready)
        assert now["profile"] == "live" and now["account"] == "money", now
        assert "paper-venue" not in [s["name"] for s in now["stages"]], now
        wait("an order was filled", lambda: json.loads(interlock("fills", "--json")), 150)
        wait("each position has its stop", lambda: all(p["protected"] for p in json.loads(interlock("positions", "--json"))))
        sh("systemctl", "stop", UNIT)
    finally:
        venue.kill()
        venue.wait()
        sh("systemctl", "stop", UNIT, check=False)
        os.chmod("/etc/interlock/keys/trading", 0o600)
        shutil.rmtree(STATE, ignore_errors=True)
        for path in kept:
            os.rename(path + ".aside", path)
        sh("systemctl", "start", UNIT)
    wait("all is well", all_ready)


def alerts_off():
    """Whoever tells people may be gone for good: it is said loudly, and trading goes on."""
    os.chmod("/etc/interlock/alerts", 0o644)
    os.kill(stage("alerter")["pid"], signal.SIGKILL)
    wait("it has failed", lambda: stage("alerter")["state"] == "failed")
    now = status()
    assert now["state"] == "running" and now["trading_state"] == "active", now
    assert any(alert.startswith("ALERTS OFF") for alert in now["alerts"]), now["alerts"]
    wait("STATUS says it", lambda: "ALERTS OFF" in show("StatusText"))
    sh("systemctl", "restart", UNIT)
    wait("the next start has all but it", lambda: (lambda s: s["state"] == "running" and s)(status()))
    assert stage("alerter")["state"] == "failed" and show("ActiveState") == "active"
    os.chmod("/etc/interlock/alerts", 0o600)
    interlock("restart", "alerter")
    wait("all is well", all_ready)


def upgrade(build):
    wait("the router answers", lambda: interlock("intents", "--json"))
    before = {name: os.stat(f"{STATE}/{name}").st_ino for name in ["ledger.sqlite", "latch", "identity.json"]}
    old = os.path.basename(os.readlink(f"{PREFIX}/current"))
    newer = "/tmp/newer"
    shutil.copytree(build, newer, ignore=lambda folder, names: [
        n for n in names if not (os.access(os.path.join(folder, n), os.X_OK) and os.path.isfile(os.path.join(folder, n)))
        or n.endswith((".so", ".xctest"))])
    with open(f"{newer}/tap-relay", "ab") as file:
        file.write(b"another build")
    say("   ", sh("/src/ops/install", "--build", newer, timeout=300).strip().splitlines()[0])
    new = os.path.basename(os.readlink(f"{PREFIX}/current"))
    assert new != old
    wait("all is well", all_ready)
    for name, inode in before.items():
        assert os.stat(f"{STATE}/{name}").st_ino == inode, f"{name} was replaced"
    with open("/etc/interlock/interlock.env") as file:
        assert "--account container" in file.read(), "the flags stay"
    assert all(name != "supervisor" or f"/{new}/" in os.readlink(f"/proc/{pid}/exe") for pid, name in ours().items())
    sh("/src/ops/install", "--roll-back", timeout=300)
    assert os.path.basename(os.readlink(f"{PREFIX}/current")) == old
    wait("all is well", all_ready)


def no_secret():
    text = sh("journalctl", "--no-pager", "-o", "cat")
    assert SECRET not in text and SECRET[:20] not in text, "the secret is in the journal"
    assert KEY not in text, "the key is in the journal"
    for folder in [STATE, RUN, "/tmp"]:
        found = sh("grep", "-rlF", SECRET, folder, check=False)
        assert not [line for line in found.splitlines() if not line.startswith("grep:")], found


def measured():
    pid = supervisor()
    def cpu():
        fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    start, used = time.monotonic(), cpu()
    time.sleep(20)
    share = 100 * (cpu() - used) / (time.monotonic() - start)
    resident = int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024
    say(f"    supervisor: {resident:.1f} MB resident, {share:.2f} % of a core over 20 s")
    # Bounds of issue 8 for what operators install; a debug build is only reported.
    if options.long:
        assert resident <= 16 and share <= 0.5


def uninstall():
    sh("/src/ops/uninstall", timeout=180)
    assert not ours(), ours()
    assert os.path.exists(f"{STATE}/ledger.sqlite"), "state stays"
    assert os.stat(STATE).st_uid == 0
    left = sh("sh", "-c", "find / -xdev -name '*interlock*' -not -path '/proc/*' -not -path '/src/*' -not -path '/build/*'"
              " -not -path '/usr/*' -not -path '/sys/*' -not -path '/var/lib/interlock*' -not -path '/tmp/newer/*'"
              " -not -name 'interlock-test*' -not -path '*/interlock-test*' 2>/dev/null", check=False).split()
    left = [path for path in left if not re.match(r"/(run/(log|systemd|credentials)|var/log|tmp|var/tmp)\b", path)]
    assert not left, f"left behind: {left}"
    assert sh("getent", "passwd", "interlock", check=False).strip() == "", "the user is gone"
    assert "could not be found" in sh("systemctl", "status", UNIT, check=False)


def install_again(build):
    """What an uninstallation left is taken up again."""
    sh("/src/ops/install", "--build", build, "--profile", "demo", "--account", "container", timeout=300)
    wait("all is well", all_ready)
    sh("/src/ops/uninstall", timeout=180)


CHECKS = [install, active, security, privileges, program, killed, aborted, hung, crash_loop, supervisor_killed, acknowledge,
          watchdog, abort_kills, misconfigured, venue_away, live, alerts_off, upgrade, measured, no_secret, uninstall, install_again]

parser = argparse.ArgumentParser()
parser.add_argument("--build", required=True)
parser.add_argument("--out", required=True)
parser.add_argument("--only", default="")
parser.add_argument("--long", action="store_true")
options = parser.parse_args()

if os.environ.get("container") is None and not os.path.exists("/run/host/container-manager"):
    sys.exit("container_inside.py: this is no container: run ops/container-test")

passed, failed = 0, []
for check in CHECKS:
    if options.only and check is not install and options.only not in check.__name__:
        continue
    start = time.monotonic()
    try:
        check(options.build) if check.__code__.co_argcount else check()
        passed += 1
        say(f"ok   {check.__name__} ({time.monotonic() - start:.1f} s)")
    except Exception as error:
        failed.append(check.__name__)
        say(f"FAIL {check.__name__} ({time.monotonic() - start:.1f} s): {error}")
        if not isinstance(error, AssertionError):
            say(traceback.format_exc())
        say(sh("systemctl", "--no-pager", "--lines", "0", "status", UNIT, check=False))
        say("\n".join(journal().splitlines()[-25:]))
        if check is install:
            break
with open(f"{options.out}/result", "w") as file:
    file.write(f"{passed} checks hold, {len(failed)} failed{': ' if failed else ''}{', '.join(failed)}\n")
