// Elements, numbers and times. Text only ever enters the page as text.

/** An element: h("td.num", {title: "…"}, "text", child…). Null children are left out; a key is told to `fill` only. */
export function h(spec, ...rest) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  const first = rest[0];
  if (first && first.constructor === Object) {
    rest.shift();
    for (const [name, value] of Object.entries(first)) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "key") element.key = value;
      else if (name.startsWith("on")) {
        element[name] = value;
        element.actions = [...element.actions ?? [], name];
      }
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

/**
 * Makes these the children of an element. What was there and still is stays the same element, and with it the
 * focus, where it is scrolled to and picked text: a page that is drawn anew twice a second is no trap for the Tab key.
 */
export function fill(element, ...children) {
  const focus = document.activeElement;
  const hadFocus = focus && focus !== element && element.contains(focus);
  const fresh = document.createDocumentFragment();
  append(fresh, children);
  patch(element, fresh);
  // What was moved lost it on the way.
  if (hadFocus && focus.isConnected && document.activeElement !== focus) focus.focus({preventScroll: true});
  return element;
}

/** Children with a key are known by it, whatever their place; the others by their kind and order. */
function patch(element, fresh) {
  const old = [...element.childNodes];
  const keyed = new Map();
  for (const child of old.filter(child => child.key)) {
    keyed.set(child.key, [...keyed.get(child.key) ?? [], child]);
  }
  const plain = old.filter(child => !child.key);
  const children = [...fresh.childNodes].map(child => {
    const place = plain.findIndex(other => other.nodeName === child.nodeName);
    const same = child.key ? keyed.get(child.key)?.shift() : place < 0 ? null : plain.splice(place, 1)[0];
    return same?.nodeName === child.nodeName ? become(same, child) : child;
  });
  const staying = new Set(children);
  for (const child of old) if (!staying.has(child)) child.remove();
  let at = element.firstChild;
  for (const child of children) {
    if (child === at) at = at.nextSibling;
    else element.insertBefore(child, at);
  }
}

/** Gives a node the words, attributes, actions and children of another. */
function become(node, fresh) {
  if (node.nodeType !== Node.ELEMENT_NODE) {
    if (node.data !== fresh.data) node.data = fresh.data;
    return node;
  }
  for (const {name} of [...node.attributes]) if (!fresh.hasAttribute(name)) node.removeAttribute(name);
  for (const {name, value} of fresh.attributes) {
    // Our own policy forbids styles as text.
    if (name !== "style" && node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  if (node.style.cssText !== fresh.style.cssText) node.style.cssText = fresh.style.cssText;
  for (const name of new Set([...node.actions ?? [], ...fresh.actions ?? []])) node[name] = fresh[name];
  node.actions = fresh.actions;
  patch(node, fresh);
  return node;
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
        ? h("button.link", {onclick: open(row)}, content) : content;
      return h(o.num ? "td.num" : o.wrap ? "td.wrap" : "td",
        {class: o.narrow === false ? "hide-narrow" : null}, inner ?? h("span.faint", "–"));
    });
    const action = open && open(row);
    return h("tr", {
      key: key && key(row),
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
