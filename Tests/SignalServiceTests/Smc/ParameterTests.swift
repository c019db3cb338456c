import Daemon
import Foundation
import Testing

@testable import SignalService

@Suite("parameters of the smart-money strategy")
struct ParameterTests {
  private static func complaint(
    _ values: [String: ParameterValue], _ variant: SmcVariant = .reference
  ) -> String? {
    do {
      _ = try SmcParameters(values, variant: variant)
      return nil
    } catch {
      return error.complaints.joined(separator: "; ")
    }
  }

  @Test func `values on which the reference stops are refused when they are read`() {
    #expect(Self.complaint(["adx_period": .number(13)])?.contains("adx_period: 13") == true)
    #expect(Self.complaint(["bos_confirmation_candles": .number(10)]) != nil)
    #expect(Self.complaint(["bos_confirmation_candles": .number(9)]) == nil)
    #expect(Self.complaint(["bos_confirmation_candles": .number(0)]) != nil)
  }

  @Test func `all complaints come at once, with name, value and bound`() throws {
    let text = try #require(
      Self.complaint([
        "orderblock_lookback": .number(500), "ob_entry_mode": .word("middle"),
        "adaptive_enabled": .number(1), "ema_period": .number(200.5), "adx_treshold": .number(20),
        "tight_smc_atr_stop_min": .number(0.9), "tight_smc_atr_stop_max": .number(0.3),
      ]))
    for part in [
      "orderblock_lookback: 500 is out of bounds, 20 to 200", "\"middle\" is none of mid, open",
      "adaptive_enabled: expected true or false", "200.5 is no whole number",
      "adx_treshold: unknown parameter", "tight_smc_atr_stop_min: 0.9 is above",
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
  }

  @Test func `numbers that are none are out of bounds`() {
    #expect(Self.complaint(["adx_threshold": .number(.nan)]) != nil)
    #expect(Self.complaint(["adx_threshold": .number(.infinity)]) != nil)
    #expect(Self.complaint(["ema_period": .number(.nan)]) != nil)
  }

  @Test func `S-24: corrected knows its own parameters, the reference reads past the unread`()
    throws
  {
    #expect(Self.complaint(["min_rr": .number(2)], .corrected) == nil)
    #expect(Self.complaint(["min_rr": .number(2)], .reference) != nil)
    #expect(Self.complaint(["time_based_exit_bars": .number(20)], .reference) == nil)
    #expect(Self.complaint(["time_based_exit_bars": .number(20)], .corrected) != nil)
    let parameters = try SmcParameters(SmcParameters().values, variant: .corrected)
    #expect(parameters == SmcParameters())
  }

  @Test func `every parameter of corrected is a key of the configuration, with the same value`()
    throws
  {
    let configured = Configuration.defaults(profile: .live).smc
    let names = Set(configured.numbers.keys).union(configured.flags.keys)
      .union(configured.words.keys)
    #expect(names == Set(SmcParameters().values.keys))
    #expect(try SmcParameters(configured) == SmcParameters())
  }

  @Test func `what holds without a file is what the reference ships`() throws {
    guard let folder = GoldenFolder() else { return }
    let data = try Data(contentsOf: folder.url.appendingPathComponent("parameters.json"))
    let bases = try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
    let shipped = try #require(bases["shipped"]).compactMapValues(GoldenFolder.value)
    #expect(try SmcParameters(shipped, variant: .reference) == SmcParameters())
    #expect(shipped.count == 34)
  }

  /// One parameter changed in each.
  private static var changes: [(String, (inout SmcParameters) -> Void)] {
    [
      ("ema_period", { $0.emaPeriod = 230 }), ("adx_threshold", { $0.adxThreshold = 40 }),
      ("atr_period", { $0.atrPeriod = 7 }), ("rsi_period", { $0.rsiPeriod = 7 }),
      ("rsi_divergence_check", { $0.rsiDivergenceCheck = false }),
      ("rsi_divergence_lookback", { $0.rsiDivergenceLookback = 60 }),
      ("orderblock_lookback", { $0.orderBlockLookback = 20 }),
      ("ob_entry_mode", { $0.entryMode = .highLow }),
      ("bos_confirmation_candles", { $0.breakBars = 6 }),
      ("require_bos_confirmation", { $0.requiresBreak = true }),
      ("fib_proximity_bps", { $0.fibonacciBps = 5 }),
      ("require_ms_change_confirmation", { $0.requiresChange = true }),
      ("ms_confirmation_candles", { $0.confirmationBars = 8 }),
      ("skip_reconfirmation_in_trends", { $0.skipsReconfirmation = true }),
      ("entry_zone_tolerance_pct", { $0.zoneTolerance = 0.02 }),
      ("entry_zone_tolerance_score_penalty", { $0.zonePenalty = -15 }),
      ("ob_discount_pct", { $0.discount = 0.5 }), ("adaptive_enabled", { $0.isAdaptive = false }),
      ("atr_confirmation_threshold_high", { $0.highVolatility = 3 }),
      ("atr_confirmation_threshold_low", { $0.lowVolatility = 0 }),
      ("max_confirmation_candles", { $0.mostConfirmationBars = 12 }),
      ("min_confirmation_candles", { $0.leastConfirmationBars = 12 }),
      ("entry_zone_tolerance_adaptive", { $0.zoneToleranceIsAdaptive = false }),
      ("entry_zone_tolerance_atr_mult", { $0.zoneToleranceATR = 1 }),
      ("tight_smc_atr_stop_min", { $0.tightStopLeast = 0.1 }),
      ("wide_structure_atr_stop_min", { $0.wideStopLeast = 0.5 }),
      ("tight_smc_atr_stop_max", { $0.tightStopMost = 1 }),
      ("wide_structure_atr_stop_max", { $0.wideStopMost = 2 }),
      ("min_score_tight_smc_aligned", { $0.scoreTightAligned = 75 }),
      ("min_score_wide_structure_aligned", { $0.scoreWideAligned = 70 }),
    ]
  }

  @Test
  func `S-24: every shipped parameter changes what corrected decides (the neutral zone: S-05)`()
    throws
  {
    let series = Waves.series(days: 240, seed: 11, drift: 12)
    var base = Waves.loose
    base.tradesGaps = true
    base.tradesBreaks = true
    base.skipsReconfirmation = false
    base.rsiDivergenceCheck = true
    base.entryMode = .discount
    base.highVolatility = 1.05
    base.lowVolatility = 0.95
    base.leastConfirmationBars = 1
    base.zoneTolerance = 0.005
    let trace = { (parameters: SmcParameters) in
      Waves.evaluations(series, parameters, .corrected, from: 215 * 24).map { result in
        "\(result.reason) \(result.setupName ?? "-") \(result.stopPrice ?? 0) "
          + "\(result.trade?.levels.entry.description ?? "-") \(result.score?.total ?? 0)"
      }
    }
    let before = trace(base)
    for (name, change) in Self.changes {
      var parameters = base
      change(&parameters)
      let isRead = trace(parameters) != before
      #expect(isRead, "\(name) is not read")
    }
  }
}
