// Drawings: curve, candles, sparkline, histogram. Plain SVG, drawn anew when the numbers change.
import {clock, h, marketTime, s, usd} from "./dom.js";

const names = {average: "cost", take_profit: "take profit"};
const nice = value => Math.abs(value) >= 1000 ? usd(value) : Number(value.toPrecision(6)).toString();

/** Up to `count` round numbers between two. */
function ticks(low, high, count) {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find(factor => factor * power >= raw) * power;
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) found.push(value);
  return found;
}

function frame(width, height, low, high, left = 8, right = 74, top = 10, bottom = 22) {
  const y = value => top + (high - value) / (high - low || 1) * (height - top - bottom);
  const svg = s("svg", {viewBox: `0 0 ${width} ${height}`, width, height, role: "img"});
  for (const value of ticks(low, high, Math.max(2, Math.floor(height / 60)))) {
    svg.append(s("line", {class: "axis", x1: left, x2: width - right, y1: y(value), y2: y(value)}));
    svg.append(s("text", {x: width - right + 8, y: y(value) + 4}, nice(value)));
  }
  return {svg, y, left, right: width - right, bottom: height - bottom};
}

/** Equity over time. */
export function curve(points, width, height = 200) {
  if (points.length < 2) return h("div.empty", "The curve begins with the second reading of the account.");
  const values = points.map(point => point[1]);
  const pad = (Math.max(...values) - Math.min(...values)) * 0.08 || 1;
  const {svg, y, left, right, bottom} =
    frame(width, height, Math.min(...values) - pad, Math.max(...values) + pad);
  const [first, last] = [points[0][0], points.at(-1)[0]];
  const x = time => left + (time - first) / (last - first || 1) * (right - left);
  const line = points.map(([time, value]) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  svg.append(s("polygon", {class: "area", points: `${left},${bottom} ${line} ${right},${bottom}`}));
  svg.append(s("polyline", {class: "curve", points: line}));
  svg.append(s("text", {x: left, y: height - 6}, clock(first)));
  svg.append(s("text", {x: right, y: height - 6, "text-anchor": "end"}, clock(last)));
  svg.setAttribute("aria-label", `Equity from ${usd(values[0])} to ${usd(values.at(-1))}`);
  return svg;
}

/** Candles with levels and our fills; the horizontal axis is the market's time. */
export function candles(chart, width, height = 380) {
  const room = Math.max(20, Math.floor((width - 90) / 6));
  const bars = chart.candles.slice(-room);
  if (bars.length < 2) return h("div.empty", "No closed candle of this instrument has been heard yet.");
  const lows = bars.map(bar => bar[3]), highs = bars.map(bar => bar[2]);
  let low = Math.min(...lows), high = Math.max(...highs);
  const reach = (high - low) || high * 0.01;
  for (const level of chart.levels) {
    if (level.price > high - 3 * reach && level.price < low + 3 * reach) {
      low = Math.min(low, level.price);
      high = Math.max(high, level.price);
    }
  }
  const pad = (high - low) * 0.06;
  const {svg, y, left, right} = frame(width, height, low - pad, high + pad);
  const step = (right - left) / bars.length;
  const first = bars[0][0], length = bars[1][0] - bars[0][0];
  const x = time => left + ((time - first) / length + 0.5) * step;
  bars.forEach(([time, open, top, bottom, close]) => {
    const tone = close >= open ? "rise" : "fall";
    svg.append(s("line", {class: tone, x1: x(time), x2: x(time), y1: y(top), y2: y(bottom)}));
    svg.append(s("rect", {
      class: tone, x: x(time) - step * 0.32, width: Math.max(1, step * 0.64),
      y: y(Math.max(open, close)), height: Math.max(1, Math.abs(y(open) - y(close))),
    }));
  });
  for (const level of chart.levels) {
    if (level.price < low - pad || level.price > high + pad) continue;
    svg.append(s("line", {class: `level ${level.kind}`, x1: left, x2: right, y1: y(level.price), y2: y(level.price)}));
    svg.append(s("text", {class: level.kind, x: left + 4, y: y(level.price) - 4}, `${names[level.kind] ?? level.kind} ${nice(level.price)}`));
  }
  for (const mark of chart.marks) {
    const at = x(mark.time - length);
    if (at < left || at > right) continue;
    const [tip, foot] = mark.side === "buy" ? [0, 11] : [0, -11];
    const base = y(mark.price);
    svg.append(s("path", {
      class: `mark ${mark.side}`, d: `M${at} ${base + tip} l6 ${foot} h-12 z`,
    }, s("title", {}, `${mark.role} ${mark.side} at ${mark.price}, ${marketTime(mark.time)}`)));
  }
  svg.append(s("text", {x: left, y: height - 6}, marketTime(first)));
  svg.append(s("text", {x: right, y: height - 6, "text-anchor": "end"}, marketTime(bars.at(-1)[0])));
  svg.setAttribute("aria-label", `Candles of ${chart.instrument}, last close ${bars.at(-1)[4]}`);
  return svg;
}

export function sparkline(values) {
  const known = values.filter(value => value !== null);
  if (known.length < 2) return h("span.faint", "–");
  const low = Math.min(...known), high = Math.max(...known);
  const points = known.map((value, index) =>
    `${(index / (known.length - 1) * 94 + 1).toFixed(1)},${(20 - (value - low) / (high - low || 1) * 18).toFixed(1)}`);
  return s("svg", {class: "spark", viewBox: "0 0 96 22", "aria-hidden": "true"},
    s("polyline", {class: "curve", points: points.join(" ")}));
}

/** How often each bound was met; the counts are read as a list by those who cannot see the bars. */
export function bars(counts, bounds) {
  const most = Math.max(1, ...counts);
  const box = h("div.bars", {role: "img", "aria-label":
    counts.map((number, index) => `${number} up to ${bounds[index] ?? "more"} s`).join(", ")});
  counts.forEach((number, index) => {
    const bar = h("i", {title: `${bounds[index] === undefined ? `above ${bounds.at(-1)}` : `≤ ${bounds[index]}`} s: ${number}`});
    bar.style.height = `${Math.max(number ? 4 : 1, number / most * 100)}%`;
    box.append(bar);
  });
  return box;
}

export function meter(share, tone = "") {
  const bar = h("i");
  bar.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return h("div.meter", {class: tone, "aria-hidden": "true"}, bar);
}
