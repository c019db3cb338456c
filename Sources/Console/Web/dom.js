// Elements, numbers and times. Text only ever enters the page as text.

/** An element: h("td.num", {title: "…"}, "text", child…). Null children are left out. */
export function h(spec, ...rest) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  const first = rest[0];
  if (first && first.constructor === Object) {
    rest.shift();
    for (const [name, value] of Object.entries(first)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "class") element.className = `${element.className} ${value}`.trim();
      else element.setAttribute(name, value === true ? "" : value);
    }
  }
  append(element, rest);
  return element;
}

export function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** An element of a drawing. */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  append(element, children);
  return element;
}

/** Replaces what is in an element, unless the person is typing or has picked text in it. */
export function fill(element, ...children) {
  const at = element.querySelector(".scroll")?.scrollLeft ?? 0;
  const focus = document.activeElement;
  const key = focus && element.contains(focus) ? focus.dataset.key : null;
  element.replaceChildren();
  append(element, children);
  const scroll = element.querySelector(".scroll");
  if (scroll && at) scroll.scrollLeft = at;
  if (key) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  return element;
}

export function card(title, width = "", ...head) {
  const body = h("div");
  const element = h("section.card", {class: width, "aria-label": title},
    h("header", h("h2", title), ...head), body);
  return {element, body};
}

/** A table; a column is [title, cell, options]. Rows with an action open by click and by key. */
export function table(columns, rows, {empty = "Nothing yet", open = null, key = null, picked = null} = {}) {
  if (!rows.length) return h("div.empty", empty);
  const head = h("tr", columns.map(([title, , o = {}]) =>
    h(o.num ? "th.num" : "th", {class: o.narrow === false ? "hide-narrow" : null, scope: "col"}, title)));
  const body = rows.map(row => {
    const cells = columns.map(([, cell, o = {}], index) => {
      const content = cell(row);
      const inner = index === 0 && open && open(row)
        ? h("button.link", {"data-key": key ? key(row) : null, onclick: open(row)}, content) : content;
      return h(o.num ? "td.num" : o.wrap ? "td.wrap" : "td",
        {class: o.narrow === false ? "hide-narrow" : null}, inner ?? h("span.faint", "–"));
    });
    const action = open && open(row);
    return h("tr", {
      class: [action ? "open" : "", picked && picked(row) ? "picked" : ""].join(" ").trim() || null,
      onclick: action ? event => { if (!event.target.closest("button")) action(); } : null,
    }, cells);
  });
  return h("div.scroll", h("table", h("thead", head), h("tbody", body)));
}

export const pill = (text, tone = "") => h("span.pill", {class: tone}, text);

const money = new Intl.NumberFormat("en-US", {minimumFractionDigits: 2, maximumFractionDigits: 2});
const signed = new Intl.NumberFormat("en-US",
  {minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero"});
const plain = new Intl.NumberFormat("en-US");

export const known = value => value !== null && value !== undefined;
export const usd = value => known(value) ? money.format(value) : "unknown";
export const gain = value => known(value) ? signed.format(value) : "unknown";
export const count = value => known(value) ? plain.format(value) : "unknown";
export const percent = (value, digits = 2) => known(value) ? `${value.toFixed(digits)} %` : "unknown";
export const tone = value => !known(value) || value === 0 ? "" : value > 0 ? "good" : "bad";
export const words = text => String(text).replaceAll("_", " ");

/** How long ago, or how long: 0.3 s, 12 s, 4 min, 3 h. */
export function span(milliseconds) {
  if (!known(milliseconds)) return "never";
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

export function bytes(value) {
  return known(value) ? `${(value / 1048576).toFixed(1)} MB` : "unknown";
}

const two = number => String(number).padStart(2, "0");

/** Time of day in UTC, with the day when it is not `now`'s. */
export function clock(milliseconds, now = Date.now()) {
  if (!known(milliseconds)) return "unknown";
  const date = new Date(milliseconds);
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const today = new Date(now).toISOString().slice(0, 10);
  return day === today ? time : `${day.slice(5)} ${time}`;
}

/** Time of the market, which is another clock: always with its day. */
export function marketTime(milliseconds) {
  if (!known(milliseconds)) return "unknown";
  return new Date(milliseconds).toISOString().slice(5, 16).replace("T", " ");
}
