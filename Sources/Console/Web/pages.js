// Overview, Market, Risk, Streams and System. A page builds its frame once and fills it when told.
import {bars, candles, curve, meter, sparkline} from "./charts.js";
import {bytes, card, clock, count, fill, gain, h, known, marketTime, percent, pill, span, table, tone,
  usd, words} from "./dom.js";
import {explanation, openStory} from "./records.js";

const stageTone = state => ({ready: "good", starting: "warn", backoff: "warn", stopping: "warn"})[state] ?? "bad";

function figure(label, value, note = "", mood = "") {
  return h("div.figure", h("div.label", label), h("div.big", {class: mood}, value), h("div.note", note));
}

/** Overview: is it alive, is it safe, what does it hold. */
export function overview(root, app) {
  const alerts = card("Attention");
  const figures = h("section.card", {"aria-label": "Figures"}, h("div.figures"));
  const chart = card("Equity", "w8");
  const doubts = card("Intents", "w4");
  const positions = card("Open positions");
  const orders = card("Open orders", "w7");
  const stages = card("Stages", "w5");
  if (app.session.actions) {
    alerts.element.querySelector("header").append(h("div.row.end",
      h("button.small", {onclick: () => app.ask("pause")}, "Pause entries"),
      h("button.small", {onclick: () => app.ask("resume")}, "Resume"),
      h("button.small.kill", {onclick: () => app.ask("kill")}, "Kill switch")));
  }
  root.append(h("div.grid", alerts.element, figures, chart.element, doubts.element,
    positions.element, orders.element, stages.element));

  const draw = data => {
    const o = data.overview;
    if (o) {
      fill(alerts.body, h("ul.alerts", o.alerts.length
        ? o.alerts.map(alert => h("li", {class: alert.level}, alert.text))
        : h("li.good", "Nothing needs you.")));
      fill(figures.firstChild,
        figure("Equity", known(o.equity) ? `${usd(Number(o.equity))}` : "unknown", "USD, as the venue counts it"),
        figure("Drawdown", percent(o.drawdown * 100), `worst ${percent(o.largest_drawdown * 100)}`),
        figure("Realised", gain(o.realised), "before fees and funding", tone(o.realised)),
        figure("Unrealised", gain(o.unrealised), "at the mark", tone(o.unrealised)),
        figure("Positions", count(o.positions.length), `${o.open_orders.length} open orders`),
        figure("Last candle", o.candle && o.candle !== "none" ? o.candle.slice(5, 16).replace("T", " ") : "none", "market time"));
      const r = o.router ?? {};
      fill(doubts.body, h("div.figures.two",
        figure("Open", count(r.open_intents)),
        figure("Unknown", count(r.unknown), "the venue is asked", r.unknown ? "warn" : ""),
        figure("Held", count(r.held), "wait for you", r.held ? "bad" : ""),
        figure("Unprotected", count(r.unprotected), "without a full stop", r.unprotected ? "bad" : "")),
        known(o.router_age_ms) && o.router_age_ms > 3000
          ? h("p.empty.warn", `as of ${span(o.router_age_ms)} ago`) : null);
      fill(positions.body, positionTable(o, app));
      fill(orders.body, table([
        ["Order", row => row.instrument],
        ["Role", row => words(row.role)],
        ["Side", row => row.side],
        ["Quantity", row => row.quantity, {num: true, narrow: false}],
        ["Price", row => row.price, {num: true}],
        ["Status", row => pill(words(row.status), row.status === "working" ? "" : row.status === "held" ? "bad" : "warn")],
        ["Age", row => span(o.now - row.sent), {num: true, narrow: false}],
      ], o.open_orders, {empty: "No order rests."}));
      fill(stages.body, stageTable(o, app));
    }
    if (data.curve) {
      fill(chart.body, h("div.body", curve(data.curve, Math.max(280, chart.body.clientWidth - 32))));
    }
  };
  return {draw};
}

function positionTable(o, app) {
  return table([
    ["Instrument", row => row.instrument],
    ["Direction", row => row.direction],
    ["Quantity", row => row.quantity, {num: true, narrow: false}],
    ["Cost", row => known(row.average) ? usd(row.average) : "unknown", {num: true, narrow: false}],
    ["Mark", row => row.mark, {num: true, narrow: false}],
    ["Stop", row => row.stop ?? h("span.bad", "none"), {num: true}],
    ["Distance", row => percent(row.stop_distance_pct), {num: true}],
    ["Covered", row => row.protected ? pill("whole", "good") : pill(`${row.stop_quantity} of ${row.quantity}`, "bad")],
    ["Unrealised", row => h("span", {class: tone(row.unrealised)}, gain(row.unrealised)), {num: true}],
    ["Since", row => span(o.now - Date.parse(row.opened_at)), {num: true, narrow: false}],
  ], o.positions, {
    empty: "Flat.", key: row => `p-${row.instrument}`,
    open: row => row.signal ? () => openStory(row.signal) : null,
  });
}

function stageTable(o, app) {
  const rows = o.stages;
  return table([
    ["Stage", row => row.name],
    ["State", row => pill(row.state, stageTone(row.state))],
    ["Generation", row => count(row.generation), {num: true, narrow: false}],
    ["Restarts", row => count(row.restarts), {num: true}],
    ["Heartbeat", row => known(row.heartbeat_ms) ? `${row.heartbeat_ms} ms` : "none", {num: true}],
    ...(app.session.actions ? [["", row => h("button.small", {
      "aria-label": `Restart ${row.name}`,
      onclick: () => app.ask("restart", row.name),
    }, "Restart")]] : []),
  ], rows, {empty: "The supervisor has not answered.", key: row => row.name});
}

/** Market: one line an instrument, one chart, and why there is no signal. */
export function market(root, app) {
  const list = card("Instruments", "w5");
  const chart = card("Chart", "w7");
  const why = card("Why", "w7");
  const right = h("div.w7");
  right.append(h("div.grid", h("div"), chart.element, why.element));
  right.firstChild.firstChild.remove();
  chart.element.className = why.element.className = "card";
  root.append(h("div.grid", list.element, right));
  let picked = app.argument || null;
  let seen = -1;
  let shown = null;

  const load = async () => {
    if (!picked) return;
    const wanted = picked;
    const answer = await app.get(`/api/chart?instrument=${encodeURIComponent(wanted)}`);
    if (!answer || wanted !== picked) return;
    shown = answer;
    paint();
  };
  const paint = () => {
    if (!shown) return;
    chart.element.querySelector("h2").textContent = `${shown.instrument} ${shown.timeframe ?? ""}`;
    fill(chart.body, h("div.body", candles(shown, Math.max(280, chart.body.clientWidth - 32)),
      h("div.legend", h("span", h("i.average"), "cost"), h("span", h("i.stop"), "stop"),
        h("span", h("i.take"), "take profit"), h("span", "▲ bought, ▼ sold"))));
    fill(why.body, shown.explanations.length
      ? h("div.body", shown.explanations.map(explanation))
      : h("div.empty", "No strategy has spoken of this instrument yet."));
  };
  const pick = id => {
    picked = id;
    seen = -1;
    history.replaceState(null, "", `#market/${id}`);
    draw(app.data);
  };
  const draw = data => {
    const m = data.market;
    if (!m) return;
    if (!picked && m.rows.length) picked = (m.rows.find(row => row.position) ?? m.rows[0]).instrument;
    fill(list.body, table([
      ["Instrument", row => row.instrument],
      ["Mark", row => row.mark, {num: true}],
      ["", row => sparkline(row.spark), {narrow: false}],
      ["Age", row => known(row.age_ms)
        ? h("span", {class: row.age_ms > m.stale_after_ms ? "bad" : "faint"}, span(row.age_ms)) : null, {num: true}],
      ["Last word", row => row.reason ? h("span", {class: row.reason === "SIGNAL" ? "good" : "quiet"}, words(row.reason).toLowerCase()) : null],
    ], m.rows, {
      empty: "No instrument has been heard of yet.", key: row => `m-${row.instrument}`,
      open: row => () => pick(row.instrument), picked: row => row.instrument === picked,
    }));
    const row = m.rows.find(row => row.instrument === picked);
    const stamp = row ? row.candles + (row.reason_at ?? 0) : 0;
    if (stamp !== seen) {
      seen = stamp;
      load();
    }
  };
  const timer = setInterval(load, 5000);
  return {draw, leave: () => clearInterval(timer), resize: paint};
}

/** Risk: every limit with its room. */
export function risk(root) {
  const limits = card("Limits", "w8");
  const locks = card("Locks", "w4");
  const restraints = card("Locks and cool-downs", "w6");
  const exposure = card("Exposure", "w6");
  root.append(h("div.grid", limits.element, locks.element, restraints.element, exposure.element));
  const units = {usd: "USD", percent: "%", ms: "ms", positions: "", ratio: ""};
  const number = (value, unit) => known(value)
    ? `${unit === "percent" ? value.toFixed(2) : count(Math.round(value * 100) / 100)} ${units[unit] ?? unit}` : null;
  const draw = data => {
    const r = data.risk;
    if (!r) return;
    if (r.controls.length) fill(limits.body, controlTable(r.controls));
    else fill(limits.body, table([
      ["Limit", row => h("span", row.title, " ", h("span.faint.hide-narrow", row.key)), {wrap: true}],
      ["Now", row => number(row.value, row.unit) ?? h("span.faint", "per signal"), {num: true}],
      ["Bound", row => `${row.ceiling ? "≤" : "≥"} ${number(row.bound, row.unit)}`, {num: true}],
      ["Room", row => known(row.headroom) ? percent(row.headroom * 100, 0) : null, {num: true}],
      ["", row => known(row.headroom)
        ? h("div", {class: "room"}, meter(1 - row.headroom, row.headroom < 0.1 ? "warn" : "")) : null, {wrap: true, narrow: false}],
    ], r.limits));
    fill(locks.body, h("div.figures.two",
      figure("Locked", count(r.locks), "an intent is not over"),
      figure("Frozen", count(r.frozen), "take no entries", r.frozen ? "warn" : ""),
      ...(r.figures ? [
        figure("The day began with", r.figures.day_start ? usd(Number(r.figures.day_start)) : "unknown", "USD"),
        figure("Realised today", r.figures.day_realised ? gain(Number(r.figures.day_realised)) : "unknown", r.figures.why ?? ""),
      ] : [])),
      h("p.empty", r.locked.length ? `Orders rest on ${r.locked.join(", ")}.` : "No order rests."),
      r.missing && r.missing !== "nothing" ? h("p.empty.warn", `The gate lacks: ${r.missing}`) : null);
    fill(restraints.body, r.told ? table([
      ["Kind", row => words(row.kind)],
      ["Of", row => row.scope],
      ["Still", row => row.remaining_s < 0 ? "until unlocked" : span(row.remaining_s * 1000), {num: true}],
      ["Why", row => row.why, {wrap: true}],
    ], r.restraints, {empty: "Nothing is locked, nothing cools down."})
      : h("div.empty", "The router does not tell of its locks."));
    fill(exposure.body, table([
      ["Instrument", row => row.instrument],
      ["Direction", row => row.direction],
      ["At the mark, USD", row => usd(row.notional), {num: true}],
    ], r.exposure, {empty: "Flat."}));
  };
  return {draw};
}

function controlTable(rows) {
  return table([
    ["Control", row => h("span", words(row.control.split(".").at(-1)), row.ok ? null : [" ", pill("denies", "warn")]), {wrap: true}],
    ["Now", row => row.value, {num: true}],
    ["Bound", row => row.bound, {num: true}],
    ["Room", row => row.headroom, {num: true}],
    ["", row => known(row.room) ? meter(1 - row.room, row.room < 0.1 ? "warn" : "") : null, {wrap: true, narrow: false}],
  ], rows);
}

/** Streams: what flows, live. */
export function streams(root) {
  const sources = card("Publishers");
  const search = h("input", {type: "search", placeholder: "Filter", "aria-label": "Filter the lines"});
  const kinds = ["signals", "decisions", "orders", "candles", "control", "explanations", "trades", "tickers"];
  const on = new Set(kinds.slice(0, 5));
  const checks = kinds.map(kind => h("label.check", h("input", {
    type: "checkbox", checked: on.has(kind),
    onchange: event => event.target.checked ? on.add(kind) : on.delete(kind),
  }), kind));
  const hold = h("button.small", {onclick: () => {
    held = !held;
    hold.textContent = held ? "Go on" : "Hold";
  }}, "Hold");
  let held = false;
  const tap = card("Live", "", h("div.row.end", search, hold));
  const lines = h("div.tap", {tabindex: "0", role: "log", "aria-label": "Live lines"});
  tap.body.append(h("div.body.row", checks), lines);
  root.append(h("div.grid", sources.element, tap.element));
  const add = (tone, ...content) => {
    lines.append(h("div", {class: tone}, content));
    while (lines.childElementCount > 500) lines.firstChild.remove();
  };
  const draw = data => {
    const section = data.streams;
    if (!section) return;
    fill(sources.body, table([
      ["Publisher", row => row.source],
      ["Messages", row => count(row.messages), {num: true}],
      ["Lost on the way here", row => h("span", {class: row.missed ? "warn" : ""}, count(row.missed)), {num: true}],
      ["Lives heard", row => count(row.restarts + 1), {num: true, narrow: false}],
      ["Last heard", row => span(row.age_ms), {num: true}],
    ], section.sources, {empty: "Nothing has been heard yet."}));
  };
  const event = (name, value) => {
    if (name !== "tap" || held) return;
    const wanted = search.value.toLowerCase();
    const bottom = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
    for (const [, stream, source, instrument, text, at] of value.lines) {
      if (stream !== "gap" && !on.has(stream)) continue;
      if (wanted && !`${stream} ${source} ${instrument} ${text}`.toLowerCase().includes(wanted)) continue;
      add(stream, h("span", clock(at)), h("span", stream), instrument ? h("b", instrument) : null, text);
    }
    if (value.skipped) add("gap", `${count(value.skipped)} more lines came in this half second than are shown`);
    if (bottom) lines.scrollTop = lines.scrollHeight;
  };
  return {draw, event};
}

/** System: how long each step takes, what each process uses, what it was told. */
export function system(root, app) {
  const hops = card("Latency of each step");
  const usage = card("Processes", "w6");
  const venue = card("The venue, since the router’s start", "w6");
  const said = card("What the stages say");
  const config = card("Configuration");
  root.append(h("div.grid", hops.element, usage.element, venue.element, said.element, config.element));
  app.get("/api/config").then(answer => {
    if (!answer) return;
    config.element.querySelector("header").append(h("span.faint", `${answer.source}, digest ${answer.digest}`));
    fill(config.body, answer.text
      ? h("pre", {tabindex: "0"}, answer.text) : h("div.empty", "No file was given: every default holds."));
  });
  const duration = seconds => seconds < 1 ? `${Number((seconds * 1000).toPrecision(3))} ms` : `${seconds} s`;
  const bound = (value, row) => known(value) ? `≤ ${duration(value)}` : row.above ? `> ${duration(row.most)}` : null;
  const draw = data => {
    if (data.system) {
      fill(hops.body, table([
        ["Step", row => row.title],
        ["Seen", row => count(row.count), {num: true, narrow: false}],
        ["Half within", row => bound(row.p50, row), {num: true}],
        ["99 % within", row => bound(row.p99, row), {num: true}],
        ["", row => row.count ? bars(row.counts, row.bounds) : null, {wrap: true, narrow: false}],
      ], data.system.hops));
      fill(venue.body, venueTable(data.system.venue));
    }
    const o = data.overview;
    if (!o) return;
    fill(usage.body, table([
      ["Process", row => row.name],
      ["Pid", row => row.pid, {num: true}],
      ["Memory", row => bytes(row.resident), {num: true}],
      ["CPU", row => known(row.cpu_s) ? `${row.cpu_s.toFixed(1)} s` : null, {num: true}],
    ], o.stages),
    h("p.empty", `build ${o.build ?? "unknown"}, up ${span((o.uptime_s ?? 0) * 1000)}`,
      data.system ? `, open pages ${data.system.pages}, skipped updates ${data.system.skipped}` : ""));
    const words = o.stages.flatMap(stage => Object.entries(stage.status)
      .map(([key, value]) => ({stage: stage.name, key, value})));
    fill(said.body, h("div", {class: "short"}, table([
      ["Stage", row => row.stage],
      ["Key", row => row.key],
      ["Value", row => row.value, {wrap: true}],
    ], words)));
  };
  return {draw};
}

function venueTable(v) {
  if (!v) return h("div.empty", "The router does not tell.");
  const failed = v.errors.filter(row => row.count);
  return table([["What", row => row[0], {wrap: true}], ["Now", row => row[1], {num: true}]], [
    ["Requests", count(v.requests)],
    ...failed.map(row => [`of them ${words(row.name)}`, h("span.warn", count(row.count))]),
    ...v.tokens.map(row => [`Tokens left for ${words(row.name)}`, h("span", {class: row.count ? "" : "bad"}, count(row.count))]),
    ["Clock ahead of ours", known(v.skew_ms) ? `${v.skew_ms} ms ± ${v.uncertainty_ms ?? "?"}` : null],
    ["Clock known well enough for an entry", v.trusted ? "yes" : h("span.bad", "no")],
    ["Positions without their whole stop, summed", span(v.uncovered_ms)],
  ]);
}
