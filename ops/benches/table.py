"""Rows of figures beside their floors, and two tables of them against each other."""
import json
import re
import statistics
from pathlib import Path

MEANINGLESS = 1.5   # a ratio that grew by less says nothing


class Table:
    def __init__(self):
        self.rows, self.lost = [], []

    def add(self, name, unit, values, floors=(), rate=False, floor_name=""):
        """`values` and `floors` of the same rounds; of a rate the ratio is floor ÷ value."""
        values, floors = [v for v in values if v is not None], [f for f in floors if f]
        if not values:
            self.lost.append(name)
            return
        ratios = [(f / v if rate else v / f) for v, f in zip(values, floors) if v and f]
        row = {"name": name, "unit": unit, "median": statistics.median(values), "least": min(values),
               "most": max(values), "rounds": len(values), "floor": statistics.median(floors) if floors else None,
               "floor_name": floor_name, "ratio": statistics.median(ratios) if ratios else None,
               "ratio_least": min(ratios) if ratios else None, "ratio_most": max(ratios) if ratios else None}
        self.rows.append(row)
        print(line(row), flush=True)


def short(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def line(row):
    ratio = "-"
    if row["ratio"] is not None:
        ratio = f"{row['ratio']:.2f} ({row['ratio_least']:.2f} to {row['ratio_most']:.2f})"
    return "| {} | {} {} | {} to {} | {} | {} |".format(
        row["name"], short(row["median"]), row["unit"], short(row["least"]), short(row["most"]),
        f"{short(row['floor'])} {row['floor_name']}".strip(), ratio)


HEAD = "| what | median | spread | floor, same run | times the floor (spread) |\n|---|---|---|---|---|"


def growth_table(rows):
    text = ["| stage | 2 instruments | 30 | 300 |", "|---|---|---|---|"]
    for name, found in rows.items():
        cells = [f"{u['cpu']:.1f} %, {u['resident']:.0f} MB ({u['own']:.0f})" for u in found.values()]
        text.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(text)


def compare(new, path):
    """Prints what got slower against its floor; whether something did."""
    old = {plain(row["name"]): row for row in json.loads(Path(path).read_text())["rows"]}
    worse = 0
    for row in new["rows"]:
        before = old.pop(plain(row["name"]), None)
        if not before or not before["ratio"] or not row["ratio"]:
            continue
        change = row["ratio"] / before["ratio"]
        if change >= MEANINGLESS and row["ratio_least"] > before["ratio_most"]:
            worse += 1
            print(f"bench: REGRESSION: {row['name']}: {before['ratio']:.2f} → {row['ratio']:.2f} times its floor")
        elif change <= 1 / MEANINGLESS:
            print(f"bench: better: {row['name']}: {before['ratio']:.2f} → {row['ratio']:.2f} times its floor")
    for name in old:
        print(f"bench: not measured now: {name}")
    print(f"bench: {worse} regressions against {path}")
    return worse


def plain(name):
    """Without how many of them there were."""
    return re.sub(r" of \d+$", "", name)
