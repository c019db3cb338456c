// The shell: session, the one live stream, the pages, the few actions.
import {append, clock, fill, h, known, pill, span} from "./dom.js";
import {market, overview, risk, streams, system} from "./pages.js";
import {decisions, orders, useStories} from "./records.js";

const pages = {
  overview: {title: "Overview", sections: ["overview", "curve"], build: overview},
  market: {title: "Market", sections: ["overview", "market"], build: market},
  decisions: {title: "Decisions", sections: ["overview", "decisions"], build: decisions},
  orders: {title: "Orders & fills", sections: ["overview", "ledger"], build: orders},
  risk: {title: "Risk", sections: ["overview", "risk"], build: risk},
  streams: {title: "Streams", sections: ["overview", "streams", "tap"], build: streams},
  system: {title: "System", sections: ["overview", "system"], build: system},
};
// After so long without a beat, of which two come each second, the connection counts as dead.
const deadAfter = 2500;

const by = id => document.getElementById(id);
const app = {session: null, data: {}, argument: "", get, ask};
let source = null, current = null, name = "", lastBeat = 0, isDirty = false, retry = null;
useStories(get);

// Asking

async function get(path) {
  try {
    const answer = await fetch(path, {cache: "no-store"});
    if (answer.status === 401) showLogin();
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function post(path, fields) {
  const answer = await fetch(path, {
    method: "POST", body: new URLSearchParams(fields),
    headers: app.session ? {"X-CSRF-Token": app.session.csrf} : {},
  });
  return {ok: answer.ok, ...await answer.json()};
}

// Logging in

function showLogin() {
  source?.close();
  source = null;
  app.session = null;
  by("dialog").close();
  by("shell").hidden = true;
  by("login").hidden = false;
  by("token").focus();
}

by("login-form").addEventListener("submit", async event => {
  event.preventDefault();
  by("login-error").textContent = "";
  try {
    const answer = await post("/api/login", {token: by("token").value});
    if (!answer.ok) throw new Error(answer.error);
    by("token").value = "";
    begin(answer);
  } catch (error) {
    by("login-error").textContent = error.message;
  }
});

by("logout").addEventListener("click", async () => {
  await post("/api/logout", {}).catch(() => null);
  showLogin();
});

function begin(session) {
  app.session = session;
  by("login").hidden = true;
  by("shell").hidden = false;
  show();
}

// Pages

fill(by("nav"), Object.entries(pages).map(([key, page]) => h("a", {href: `#${key}`}, page.title)));

function show() {
  if (!app.session) return;
  const [key, argument = ""] = location.hash.slice(1).split("/");
  name = pages[key] ? key : "overview";
  app.argument = decodeURIComponent(argument);
  current?.leave?.();
  const root = by("page");
  root.replaceChildren();
  document.title = `${pages[name].title} – Interlock`;
  for (const link of by("nav").children) {
    if (link.hash === `#${name}`) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({block: "nearest", inline: "nearest"});
    } else link.removeAttribute("aria-current");
  }
  current = pages[name].build(root, app);
  connect();
  current.draw(app.data);
}
addEventListener("hashchange", show);
addEventListener("resize", () => { current?.resize?.(); dirty(); });

function dirty() {
  if (isDirty) return;
  isDirty = true;
  requestAnimationFrame(() => {
    isDirty = false;
    drawHead();
    current?.draw(app.data);
  });
}

// The live stream

function connect() {
  source?.close();
  clearTimeout(retry);
  const stream = source = new EventSource(`/api/stream?sections=${pages[name].sections.join(",")}`);
  stream.addEventListener("beat", () => { lastBeat = Date.now(); drawLink(); });
  stream.addEventListener("skipped", event => {
    toast(`This browser was slow: ${event.data} updates were skipped.`);
  });
  for (const section of pages[name].sections) {
    stream.addEventListener(section, event => {
      const value = JSON.parse(event.data);
      if (section === "tap") return current?.event?.("tap", value);
      app.data[section] = value;
      dirty();
    });
  }
  stream.onerror = async () => {
    drawLink();
    if (stream.readyState !== EventSource.CLOSED || stream !== source) return;
    // Refused, not lost: the session may be over.
    const still = await get("/api/session");
    if (still && !still.csrf) showLogin();
    if (app.session && stream === source) retry = setTimeout(connect, 2000);
  };
}

function drawLink() {
  if (!app.session) return;
  const silence = lastBeat ? Date.now() - lastBeat : 0;
  const isDead = lastBeat > 0 && silence > deadAfter || source?.readyState !== EventSource.OPEN;
  const link = by("link");
  const state = isDead ? "no connection" : lastBeat ? "live" : "connecting";
  if (link.textContent !== state) link.textContent = state;
  link.className = `pill ${isDead ? "bad" : lastBeat ? "good" : "warn"}`;
  by("lost").hidden = !isDead || !lastBeat;
  by("page").classList.toggle("stale", isDead && lastBeat > 0);
  if (isDead && lastBeat) {
    by("lost").textContent = `Connection lost. What you see is ${span(silence)} old; the pipeline goes on without this page.`;
  }
}
setInterval(drawLink, 500);

function drawHead() {
  const o = app.data.overview;
  if (!o) return;
  by("instance").textContent = [o.profile, o.account].filter((word, index, all) => word && all.indexOf(word) === index).join(" ");
  const trading = by("trading");
  const isKilled = o.latch?.active;
  trading.textContent = isKilled ? "kill switch set" : o.state === "running" ? `trading ${o.trading_state}` : o.state;
  trading.className = `pill ${isKilled || o.state !== "running" || o.trading_state === "halted" ? "bad" : o.trading_state === "active" ? "good" : "warn"}`;
  const killed = by("killed");
  const latch = o.latch;
  killed.hidden = !latch?.active;
  if (latch?.active) {
    const entry = latch.entries.at(-1);
    const done = latch.pending.length ? `Not verified: ${latch.pending[0]}` : "No entry leaves";
    const text = entry
      ? `Kill switch set (${entry.scope}) by ${entry.by} at ${clock(entry.since)}: ${entry.reason}. ${done}.`
      : `Kill switch counts as set: ${latch.unreadable}`;
    if (killed.textContent !== text) killed.textContent = text;
  }
}

// Actions

const actions = {
  pause: {title: "Pause entries", text: "No new entries; stops, exits and cancels go on. It holds over restarts.", label: "Pause"},
  resume: {title: "Resume entries", text: "Entries may leave again.", label: "Resume"},
  restart: {title: "Restart", text: "The stage finishes what is under way and starts again.", label: "Restart"},
  kill: {title: "Kill switch", text: "No entry leaves from now on; every order of ours that is no stop is cancelled; positions keep their stops. Only interlock kill-switch acknowledge clears it.", label: "Press the kill switch"},
};

function ask(verb, stage = null) {
  const action = actions[verb];
  const dialog = by("dialog");
  const problem = h("p.bad", {role: "alert"});
  const reason = h("input", {name: "reason", required: true, maxlength: 120, autocomplete: "off", id: "reason"});
  const confirm = h("input", {name: "confirm", required: true, autocomplete: "off", id: "confirm"});
  const send = h("button", {type: "submit", class: verb === "kill" ? "kill" : "main"}, action.label);
  const form = h("form", {method: "dialog", onsubmit: async event => {
    event.preventDefault();
    send.disabled = true;
    try {
      const answer = await post("/api/action", {
        verb, ...(stage ? {stage} : {reason: reason.value}), ...(verb === "kill" ? {confirm: confirm.value} : {}),
      });
      if (!answer.ok) throw new Error(answer.error);
      dialog.close();
      toast(answer.done);
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      send.disabled = false;
    }
  }},
  h("p.quiet", action.text),
  stage ? null : [h("label", {for: "reason"}, "Why? It is journaled."), reason],
  verb === "kill" ? [h("label", {for: "confirm"}, "Type KILL to confirm"), confirm] : null,
  problem,
  h("div.row", h("button", {type: "button", onclick: () => dialog.close()}, "Cancel"), send));
  // Never what was typed into the last one.
  dialog.replaceChildren(h("header", h("h1", {id: "dialog-title"}, stage ? `${action.title} ${stage}` : action.title)),
    h("div.body", form));
  dialog.showModal();
  (stage ? send : reason).focus();
}

let toastTimer = null;
function toast(text) {
  by("toast").textContent = text;
  by("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { by("toast").hidden = true; }, 6000);
}

const session = await get("/api/session");
if (session?.csrf) begin(session); else showLogin();
