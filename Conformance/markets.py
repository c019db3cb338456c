"""Market files of which a test knows every price."""

import os

# 2026-06-01T00:00:00Z, a Monday: the first bar of every file.
FIRST_BAR = 1_780_272_000_000
MINUTE = 60_000


def write(folder, name, prices):
    """One-minute bars through `prices`: each bar runs from one price to the next."""
    path = os.path.join(folder, f"{name}_1m.csv")
    with open(path, "w", encoding="ascii") as file:
        file.write("ts,open,high,low,close,volume\n")
        for index, (first, last) in enumerate(zip(prices, prices[1:])):
            high, low = max(first, last), min(first, last)
            file.write(f"{FIRST_BAR + index * MINUTE},{first},{high},{low},{last},25\n")
    return path


def still(folder):
    """Two markets that do not move: 100,000 and 4,000, for three days of which one is history."""
    write(folder, "BTCUSDT", [100_000] * 4321)
    write(folder, "ETHUSDT", [4_000] * 4321)


def swinging(folder):
    """100,000 to 104,000 to 96,000 and back in 24 bars, for 40 hours of which a third is history.

    Whatever lies between 96,001 and 103,999 is crossed in both directions within 24 bars.
    """
    wave = [100, 102, 103, 104, 104, 103, 103, 102, 101, 101, 100, 100,
            99, 98, 97, 96, 96, 97, 97, 98, 99, 99, 100, 100]
    prices = [wave[index % len(wave)] * 1000 for index in range(2401)]
    write(folder, "BTCUSDT", prices)


def ending(folder):
    """A swing of 60 bars after 30 bars of history; after the last one the market stands still."""
    wave = [100_000, 100_300, 100_100, 99_800, 100_050]
    write(folder, "BTCUSDT", [wave[index % len(wave)] for index in range(91)])
