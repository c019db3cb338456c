/// Everything the smart-money strategy can be told; docs/strategy-smc.md explains each.
package struct SmcParameters: Hashable, Sendable {
  package enum EntryMode: String, CaseIterable, Hashable, Sendable {
    case mid
    case open
    case discount
    case highLow = "high_low"
  }

  /// When a gap counts as closed.
  package enum Mitigation: String, CaseIterable, Hashable, Sendable {
    case touched
    case partial
    case full
  }

  // Indicators, in bars.
  package var emaPeriod = 200
  package var adxPeriod = 14
  package var adxThreshold = 25.0
  package var atrPeriod = 14
  package var rsiPeriod = 14
  package var rsiDivergenceCheck = true
  package var rsiDivergenceLookback = 20

  // Structures.
  package var orderBlockLookback = 50
  package var entryMode = EntryMode.mid
  package var discount = 0.25
  package var breakBars = 3
  package var requiresBreak = false
  package var neutralZoneBps = 10.0

  // Gates.
  package var scoreTightAligned = 65.0
  package var scoreTightNeutral = 75.0
  package var scoreWideAligned = 60.0
  package var scoreWideNeutral = 70.0
  package var fibonacciBps = 20.0

  // Changes of structure.
  package var requiresChange = false
  package var confirmationBars = 2
  package var isAdaptive = true
  package var highVolatility = 1.5
  package var lowVolatility = 0.5
  package var mostConfirmationBars = 5
  package var leastConfirmationBars = 2
  package var skipsReconfirmation = true

  // Entries and stops.
  package var zoneTolerance = 0.02
  package var zoneToleranceIsAdaptive = true
  package var zoneToleranceATR = 0.3
  package var zonePenalty = -5.0
  package var tightStopLeast = 0.3
  package var tightStopMost = 0.6
  package var wideStopLeast = 1.0
  package var wideStopMost = 1.2

  // Read by `corrected` only.
  package var gapLeastSize = 0.001
  package var gapMitigation = Mitigation.touched
  package var gapPartialFill = 0.5
  package var tradesGaps = false
  package var tradesBreaks = false
  package var rewardLeast = 2.0
  package var costBps = 15.0
  package var changeExpiryBars = 24
  package var rearmBars = 24
  package var slippagePercent = 0.1

  /// What the reference ships.
  package init() {}

  /// The stop's distance beyond a tight setup, in average true ranges; computed as a double.
  package var tightStop: Double { (tightStopLeast + tightStopMost) / 2 }
  package var wideStop: Double { (wideStopLeast + wideStopMost) / 2 }
}
