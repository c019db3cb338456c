import Domain
import Testing

@testable import SignalService

/// What `corrected` does otherwise than `reference`; docs/strategy-smc.md names these tests.
@Suite("differences between the variants")
struct DifferenceTests {
  private static let rising = Waves.series(days: 240, seed: 11, drift: 12)
  private static let first = 210 * 24

  private static let usual = both()

  private static func both(
    _ series: SmcSeries = rising, _ parameters: SmcParameters = Waves.loose, from first: Int = first
  ) -> (reference: [SmcEvaluation], corrected: [SmcEvaluation]) {
    (
      Waves.evaluations(series, parameters, .reference, from: first),
      Waves.evaluations(series, parameters, .corrected, from: first)
    )
  }

  private static func signals(
    _ change: (inout SmcParameters) -> Void = { _ in }, series: SmcSeries = rising
  ) -> [SmcEvaluation] {
    var parameters = Waves.loose
    change(&parameters)
    return Waves.evaluations(series, parameters, .corrected, from: first)
      .filter { $0.reason == .signal }
  }

  @Test func `S-02 and S-18: a decision names version, window and setup`() throws {
    let signals = Self.signals()
    #expect(signals.count > 10)
    for signal in signals {
      #expect(signal.values.contains { $0 == ("version", CorrectedEngine.version) })
      #expect(signal.values.contains { $0 == ("window", "300") })
      #expect(try #require(signal.setupName).hasPrefix("ob-"))
    }
  }

  @Test func `S-03: a market that never moves has no range, and is not looked at further`() {
    let flat = (0..<(210 * 96)).map {
      Hours.bar($0, open: 100, high: 100, low: 100, close: 100, length: 900_000)
    }
    // A last day that rises gives the bias.
    let last = (0..<96).map {
      Hours.bar(flat.count + $0, open: 100, high: 102, low: 100, close: 102, length: 900_000)
    }
    let series = SmcSeries(quarters: flat + last, scale: .ticks)
    var engine = CorrectedEngine(SmcParameters(), scale: .ticks)
    #expect(engine.evaluate(series.windows(hour: 208 * 24)).reason == .neutralBias)
    let quiet = SmcWindows(
      quarters: series.windows(hour: 208 * 24).quarters,
      hours: series.windows(hour: 208 * 24).hours, hasFourHours: true,
      days: series.windows(hour: 211 * 24 - 1).days)
    #expect(engine.evaluate(quiet).reason == .noRange)
    var reference = ReferenceEngine(SmcParameters(), scale: .ticks)
    #expect(reference.evaluate(quiet).reason == .noOrderBlock)
  }

  @Test func `S-04: fewer days than the average needs are no bias`() {
    let (reference, corrected) = Self.both(from: 30 * 24)
    let early = (199 - 30) * 24 - 1
    #expect(reference.prefix(early).allSatisfy { $0.bias == .neutral })
    #expect(reference.prefix(early).contains { $0.reason == .signal })
    #expect(corrected.prefix(early).allSatisfy { $0.reason == .insufficientBiasData })
    #expect(corrected.suffix(24).allSatisfy { $0.reason != .insufficientBiasData })
  }

  @Test func `S-05: a neutral bias is short in the reference and no trade in corrected`() {
    var parameters = Waves.loose
    parameters.neutralZoneBps = 100
    let series = Waves.series(days: 260, seed: 4, drift: 0)
    let (reference, corrected) = Self.both(series, parameters)
    let neutral = reference.indices.filter { reference[$0].bias == .neutral }
    #expect(neutral.count > 20)
    let trades = neutral.compactMap { reference[$0].trade }
    #expect(!trades.isEmpty && trades.allSatisfy { $0.direction == .short })
    #expect(neutral.allSatisfy { corrected[$0].reason == .neutralBias })
  }

  @Test func `S-06: with a required change the reference trades nothing, corrected does`() {
    var parameters = Waves.loose
    parameters.requiresChange = true
    let (reference, corrected) = Self.both(Self.rising, parameters)
    #expect(reference.allSatisfy { $0.reason != .signal })
    #expect(reference.contains { $0.reason == .noChange })
    #expect(corrected.contains { $0.reason == .signal })
    // S-09: it is used up by its entry.
    for (now, next) in zip(corrected, corrected.dropFirst()) where now.reason == .signal {
      #expect(next.reason != .signal)
    }
  }

  @Test func `an unconfirmed change is no trade, a ready one binds the direction`() {
    let corrected = Self.usual.corrected
    for result in corrected where result.change.direction != nil {
      if result.change.isConfirmed == false { #expect(result.reason != .signal) }
      if result.reason == .signal {
        #expect(result.change.direction == result.trade?.direction)
      }
    }
    #expect(corrected.contains { $0.reason == .directionMismatch })
    #expect(corrected.contains { $0.reason == .unconfirmed })
  }

  @Test func `S-11: the entry mode sets the entry in corrected and nothing in the reference`() {
    let entries = { (variant: SmcVariant, mode: SmcParameters.EntryMode) -> [String] in
      var parameters = Waves.loose
      parameters.entryMode = mode
      return Waves.evaluations(Self.rising, parameters, variant, from: Self.first)
        .compactMap { $0.trade?.levels.entry.description }
    }
    #expect(entries(.reference, .mid) == entries(.reference, .discount))
    #expect(entries(.corrected, .mid) != entries(.corrected, .discount))
    #expect(entries(.corrected, .mid) != entries(.corrected, .open))
    #expect(entries(.corrected, .mid) != entries(.corrected, .highLow))
  }

  @Test func `S-12: an entry is tied to its zone and never chased`() throws {
    var parameters = Waves.loose
    parameters.zoneTolerance = 0.005
    parameters.zoneToleranceIsAdaptive = false
    let (reference, corrected) = Self.both(Self.rising, parameters)
    #expect(corrected.contains { $0.reason == .awayFromZone })
    // The reference proposes zones that the market has left by more than any tolerance.
    let series = Self.rising
    let far = reference.enumerated().contains { index, result in
      guard let entry = result.trade?.levels.entry, result.reason == .signal,
        let close = series.windows(hour: Self.first + index).quarters.last?.close,
        let least = WorkingDecimal(0.006)
      else { return false }
      guard let part = (entry - PriceScale.ticks.decimal(close)).magnitude / entry else {
        return false
      }
      return part > least
    }
    #expect(far)
    for (index, result) in corrected.enumerated() where result.reason == .signal {
      let worst = try #require(result.worstPrice)
      let close = try #require(series.windows(hour: Self.first + index).quarters.last?.close)
      let trade = try #require(result.trade)
      let entry = try #require(PriceScale.ticks.ticks(trade.levels.entry, rounding: .nearest))
      if trade.direction == .long {
        #expect(worst >= close && worst <= close + close / 1000)
        #expect(worst <= entry + entry / 200)
      } else {
        #expect(worst <= close && worst >= close - close / 1000 - 1)
        #expect(worst >= entry - entry / 200 - 1)
      }
    }
  }

  @Test func `S-13: the least reward is one configured value, met from the worst price`() throws {
    for least in [1.0, 2.0, 4.0] {
      let signals = Self.signals { $0.rewardLeast = least }
      #expect(!signals.isEmpty)
      for signal in signals {
        let (worst, stop) = (try #require(signal.worstPrice), try #require(signal.stopPrice))
        let nearest = try #require(signal.takeProfits.first)
        #expect(Double(abs(nearest - worst)) >= least * Double(abs(worst - stop)))
      }
    }
  }

  @Test func `S-15: the configured cost is scored, up to 20 points`() {
    let points = { (bps: Double) in Self.signals { $0.costBps = bps }.compactMap { $0.score?.cost }
    }
    #expect(points(5).allSatisfy { $0 == 20 } && !points(5).isEmpty)
    #expect(points(15).allSatisfy { $0 == 15 } && points(51).allSatisfy { $0 == 0 })
    let reference = Self.usual.reference.compactMap { $0.score?.cost }
    #expect(reference.allSatisfy { $0 == 15 } && !reference.isEmpty)
  }

  @Test func `S-16: the total is told with every score`() throws {
    for signal in Self.signals() {
      let score = try #require(signal.score)
      let told = try #require(signal.values.first { $0.name == "score" }?.value)
      #expect(told.hasPrefix("\(score.total) of "))
    }
  }

  @Test func `S-19: a setup signals once until it is armed again`() {
    let (reference, _) = Self.usual
    let repeated = reference.compactMap { $0.trade?.levels.entry.description }
    #expect(Set(repeated).count < repeated.count / 2, "the reference repeats itself")
    var last: [String: Int] = [:]
    let corrected = Self.usual.corrected
    #expect(corrected.contains { $0.reason == .alreadySignalled })
    for (hour, result) in corrected.enumerated() where result.reason == .signal {
      let name = result.setupName ?? ""
      if let before = last[name] { #expect(hour - before >= 24, "\(name)") }
      last[name] = hour
    }
  }

  @Test func `S-20: the same windows decide the same, whatever came between`() {
    let windows = Self.rising.windows(hour: Self.first + 100)
    let engine = CorrectedEngine(Waves.loose, scale: .ticks)
    var (one, other) = (engine, engine)
    #expect(one.evaluate(windows).reason == other.evaluate(windows).reason)
  }

  @Test func `S-22: candles of four hours are not asked for`() {
    let windows = Self.rising.windows(hour: Self.first)
    let without = SmcWindows(
      quarters: windows.quarters, hours: windows.hours, hasFourHours: false, days: windows.days)
    var (corrected, reference) = (
      CorrectedEngine(Waves.loose, scale: .ticks), ReferenceEngine(Waves.loose, scale: .ticks)
    )
    #expect(corrected.evaluate(without).reason != .insufficientBiasData)
    #expect(reference.evaluate(without).reason == .insufficientBiasData)
    // The reference's tracker has not seen the hour either.
    #expect(reference.evaluate(without).structure == nil)
  }

  @Test func `S-26: a divergence against the trade forbids it`() {
    let forbidden = Self.both(Self.rising, Self.checked).corrected
      .filter { $0.reason == .divergence }
    #expect(!forbidden.isEmpty)
    #expect(!Self.both(Self.rising, Self.checked).reference.contains { $0.reason == .divergence })
  }

  private static var checked: SmcParameters {
    var parameters = Waves.loose
    parameters.rsiDivergenceCheck = true
    return parameters
  }

  @Test func `gaps and breaks are traded only where that is asked for`() {
    let setups = { (gaps: Bool, breaks: Bool) in
      Set(
        Self.signals {
          $0.tradesGaps = gaps
          $0.tradesBreaks = breaks
          $0.orderBlockLookback = 20
          $0.gapLeastSize = 0.0001
        }.compactMap { $0.trade?.setup })
    }
    #expect(setups(false, false) == [.orderBlock])
    #expect(setups(true, false).contains(.fairValueGap))
    #expect(setups(false, true).contains(.structureBreak))
  }

  @Test(arguments: [1, 2, 3, 5, 8], [Int64(-14), 0, 14])
  func `every entry is coherent, and a non-entry carries none`(_ seed: UInt64, _ drift: Int64)
    throws
  {
    let series = Waves.series(days: 225, seed: seed, drift: drift)
    for result in Waves.evaluations(series, Waves.loose, .corrected, from: Self.first) {
      guard result.reason == .signal else {
        #expect(result.trade == nil || result.reason == .lowScore)
        continue
      }
      let sign: Int64 = result.trade?.direction == .long ? 1 : -1
      let (worst, stop) = (try #require(result.worstPrice), try #require(result.stopPrice))
      #expect((worst - stop) * sign > 0)
      #expect(result.takeProfits.allSatisfy { ($0 - worst) * sign > 0 && $0 > 0 })
      #expect(
        zip(result.takeProfits, result.takeProfits.dropFirst()).allSatisfy { ($1 - $0) * sign > 0 })
      #expect((result.bias == .bullish) == (sign == 1))
    }
  }
}
