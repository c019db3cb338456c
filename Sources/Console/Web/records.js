// Decisions, orders and fills, and the story of one decision.
import {meter} from "./charts.js";
import {card, clock, count, fill, h, known, marketTime, pill, table, words} from "./dom.js";

const tones = {denied: "", filled: "good", working: "good", held: "bad", rejected: "bad", unknown: "warn"};

let ask = null;
export const useStories = get => { ask = get; };

/** What a strategy said, with its numbers. */
export function explanation(said) {
  return h("div.strategy",
    h("div.row", h("strong", said.strategy), pill(words(said.reason).toLowerCase(), said.reason === "SIGNAL" ? "good" : ""),
      h("span.faint", `${said.timeframe}, candle closed ${marketTime(said.decided_at)}`)),
    said.values.length ? h("dl.values", said.values.map(([name, value]) =>
      h("div", h("dt", words(name)), h("dd", value)))) : null);
}

/** Opens the whole story of one decision: at once, and with its words when they come. */
export async function openStory(signal) {
  const dialog = document.getElementById("dialog");
  const close = h("button.small", {onclick: () => dialog.close()}, "Close");
  const title = h("h1", {id: "dialog-title"}, signal), subtitle = h("p.quiet.mono");
  const body = h("div.body", h("p.quiet", "Asking…"));
  dialog.replaceChildren(h("header", h("div", title, subtitle), close), body);
  if (!dialog.open) dialog.showModal();
  close.focus();
  const story = await ask(`/api/story?signal=${encodeURIComponent(signal)}`);
  // A late answer opens nothing again, and writes over nothing else.
  if (!dialog.open || !close.isConnected) return;
  if (!story) {
    fill(body, h("p", "Nothing is known of it any more."));
    return;
  }
  title.textContent = `${story.instrument} ${story.direction}`;
  subtitle.textContent = story.id;
  fill(body,
    h("div.row", pill(words(story.outcome), tones[story.outcome] ?? ""), h("span.faint", `setup ${story.setup}`)),
    h("h2", "What happened"),
    h("ol.story", story.steps.map(step => h("li", {class: step.tone},
      h("div.what", step.title), h("div.detail", step.detail),
      h("time", step.clock === "market" ? `market ${marketTime(step.at)}` : `${clock(step.at)}.${String(step.at % 1000).padStart(3, "0")}`)))),
    story.explanation ? [h("h2", "By which numbers"), explanation(story.explanation)] : null,
    story.checks.length ? [h("h2", `Checks, ${story.checks.filter(check => !check[1]).length} of ${story.checks.length} said no`),
      h("dl.values", story.checks.map(([control, passed, value, bound]) =>
        h("div", {class: passed ? null : "bad"}, h("dt", words(control)), h("dd", `${value} ${bound}`))))] : null,
    story.intent ? h("p.faint.mono", `intent ${story.intent.slice(0, 16)}`) : null);
}

const decisionColumns = [
  ["Instrument", row => row.instrument],
  ["Decided", row => marketTime(row.decided_at)],
  ["Strategy", row => row.strategy, {narrow: false}],
  ["Direction", row => row.direction],
  ["Quantity", row => row.quantity, {num: true, narrow: false}],
  ["Worst price", row => row.worst, {num: true, narrow: false}],
  ["Stop", row => row.stop, {num: true, narrow: false}],
  ["Outcome", row => pill(words(row.outcome), tones[row.outcome] ?? "")],
  ["Why", row => row.reasons.length ? `${row.by}: ${row.reasons.map(code => words(code).toLowerCase()).join(", ")}` : null, {wrap: true, narrow: false}],
];

/** Decisions: the funnel, and every decision with its story. */
export function decisions(root, app) {
  const funnel = card("From signal to fill", "w6");
  const denied = card("Denied", "w6");
  const search = h("input", {type: "search", placeholder: "Instrument, strategy, reason…", "aria-label": "Filter decisions"});
  const list = card("Decisions", "", h("div.row.end", search));
  root.append(h("div.grid", funnel.element, denied.element, list.element));
  const rows = new Map();
  let before = null, more = false, note = "";
  let waiting = null;

  const load = async (older = false) => {
    const text = search.value.trim();
    const from = older && before !== null ? `&before=${before}` : "";
    const answer = await app.get(`/api/decisions?text=${encodeURIComponent(text)}${from}`);
    if (!answer || text !== search.value.trim()) return;
    if (!older) rows.clear();
    for (const row of answer.rows) rows.set(row.n, row);
    before = answer.before;
    more = answer.more;
    note = `${count(answer.kept)} kept`;
    paint();
  };
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(load, 200);
  });
  const paint = () => {
    const sorted = [...rows.values()].sort((a, b) => b.n - a.n);
    fill(list.body, table(decisionColumns, sorted, {
      empty: search.value ? "Nothing matches." : "No strategy has proposed anything yet.",
      key: row => `d-${row.n}`, open: row => () => openStory(row.id),
    }), h("div.empty", more ? h("button.small", {onclick: () => load(true)}, "Older") : "", " ", note));
  };
  const draw = data => {
    const d = data.decisions;
    if (!d) return;
    const f = d.funnel;
    const steps = [["Signals", f.signals], ["Passed the gate", f.passed], ["Intents committed", f.intents],
      ["Orders sent", f.orders], ["Filled", f.filled]];
    fill(funnel.body, h("div.body.funnel", steps.flatMap(([name, number]) =>
      [h("span.quiet", name), meter(f.signals ? number / f.signals : 0), h("span.mono", count(number))])));
    fill(denied.body, table([
      ["By", row => row.by],
      ["Reason", row => words(row.code).toLowerCase()],
      ["Times", row => count(row.count), {num: true}],
    ], d.denied.slice(0, 12), {empty: "Nothing has been denied."}));
    if (search.value.trim()) return;
    for (const row of d.newest) rows.set(row.n, row);
    if (rows.size) paint();
  };
  load();
  return {draw};
}

/** Orders and fills: what left, what came back. */
export function orders(root) {
  const list = card("Orders");
  const fills = card("Fills", "w7");
  const states = card("The router’s own words", "w5");
  root.append(h("div.grid", list.element, fills.element, states.element));
  const open = row => row.signal ? () => openStory(row.signal) : null;
  const draw = data => {
    const l = data.ledger;
    if (!l) return;
    fill(list.body, l.behind ? h("p.empty.warn", `Reading the ledger: event ${count(l.events)} of ${count(l.newest_event)}.`) : null,
      table([
        ["Instrument", row => row.instrument],
        ["Role", row => words(row.role)],
        ["Status", row => pill(words(row.status), tones[row.status] ?? "")],
        ["Quantity", row => row.quantity, {num: true}],
        ["Filled", row => row.filled, {num: true}],
        ["Price", row => row.price, {num: true}],
        ["Sent", row => clock(row.at), {num: true}],
        ["Changed", row => clock(row.changed), {num: true, narrow: false}],
        ["Word", row => row.text || null, {wrap: true}],
      ], l.orders, {empty: "No order has left.", key: row => `o-${row.id}`, open}));
    fill(fills.body, table([
      ["Instrument", row => row.instrument],
      ["Role", row => known(row.role) ? words(row.role) : null],
      ["Side", row => row.side],
      ["Quantity", row => row.quantity, {num: true}],
      ["Price", row => row.price ?? "unknown", {num: true}],
      ["Time", row => clock(row.at), {num: true}],
    ], l.fills, {empty: "Nothing has filled.", key: row => `f-${row.id}`, open}));
    fill(states.body, table([
      ["Time", row => clock(row.at)],
      ["State", row => row.text.replace(/\b([0-9a-f]{12})[0-9a-f]{20,}\b/g, "$1…"), {wrap: true}],
    ], l.router, {empty: "Nothing."}));
  };
  return {draw};
}
