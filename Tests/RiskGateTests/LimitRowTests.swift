import Daemon
import Domain
import Testing

@testable import RiskGate

@Suite("limits")
struct LimitRowTests {
  @Test func `rows and identities are the same, in order, with keys of their own`() {
    #expect(RiskLimit.all.map(\.id) == RiskLimitID.allCases)
    #expect(Set(RiskLimit.all.map(\.key)).count == RiskLimit.all.count)
    for row in RiskLimit.all {
      #expect(row.range.contains(row.standard), "\(row.key)")
      #expect(RiskLimit.named(row.configKey) == row)
    }
  }

  /// Two rooms that may not know each other list the same keys.
  @Test func `the configuration's standards are those of the rows`() {
    let configured = Configuration.defaults(profile: .live).riskGate
    #expect(configured.values.count == RiskLimit.all.count)
    for row in RiskLimit.all {
      #expect(configured.values[row.key] == row.standard, "\(row.key)")
    }
  }

  @Test(arguments: RiskLimit.all.map(\.key))
  func `the configuration's bounds are those of the row`(_ key: String) throws {
    let row = try #require(RiskLimit.named("risk_gate.\(key)"))
    func written(_ value: Int64) -> String {
      String(row.unit.text(value).prefix { $0 == "-" || $0 == "." || $0.isNumber })
    }
    func read(_ text: String) -> (Int64, [String]) {
      let text = "risk_gate:\n  \(key): \(text)\n"
      let (configuration, errors) = Configuration.examine(text, path: "t", profile: .live)
      return (configuration.riskGate.value(key), errors)
    }
    for bound in [row.range.lowerBound, row.range.upperBound] {
      let (value, errors) = read(written(bound))
      #expect(value == bound && errors.isEmpty, "\(key) \(bound) \(errors)")
    }
    #expect(!read(written(row.range.upperBound + row.unit.scale)).1.isEmpty)
    #expect(!read(written(row.range.lowerBound - row.unit.scale)).1.isEmpty)
    for text in ["nan", "inf", "1e3", "", "none", "[1]"] { #expect(!read(text).1.isEmpty) }
  }

  @Test func `values are written without loss`() {
    let texts = [
      RiskLimit.Unit.percent.text(2_500_000), RiskLimit.Unit.percent.text(1),
      RiskLimit.Unit.ratio.text(250_000_000), RiskLimit.Unit.usd.text(-1_000_001),
      RiskLimit.Unit.basisPoints.text(125_000), RiskLimit.Unit.seconds.text(1500),
      RiskLimit.Unit.count.text(.min), RiskLimit.Unit.milliseconds.text(.max),
    ]
    #expect(
      texts == [
        "2.5%", "0.000001%", "2.5", "-1.000001 USD", "12.5 bps", "1.5 s", "-9223372036854775808",
        "9223372036854775807 ms",
      ])
  }

  @Test(arguments: Profile.allCases)
  func `what is shipped breaks no law`(_ profile: Profile) {
    let configuration = Configuration.defaults(profile: profile)
    let faults = RiskLaw.faults(RiskLimits(configuration), RiskSurroundings(configuration))
    #expect(faults == [])
  }

  /// The defaults of risk.md's section 13 contradict each other, as its section 8 shows.
  @Test func `the reference's own numbers break the laws`() {
    var limits = RiskLimits()
    limits[.maximumLeverage] = 10 * RiskLimit.whole
    limits[.maximumPositions] = 25
    limits[.aggregateMargin] = 90_000_000
    limits[.rewardRisk] = 250_000_000
    var around = RiskSurroundings()
    around.smcRewardRisk = 200_000_000
    let faults = RiskLaw.faults(limits, around)
    #expect(
      faults.map { $0.keys[0] } == [
        "risk_gate.max_positions", "risk_gate.max_aggregate_margin_pct",
        "risk_gate.min_liquidation_buffer_pct", "risk_gate.tight_smc_min_rr_multiple",
      ])
  }

  private static func around(_ extreme: Int64) -> RiskSurroundings {
    var around = RiskSurroundings()
    around.breakoutSlippage = extreme
    around.emaCrossSlippage = extreme
    around.smcSlippage = extreme
    around.smcRewardRisk = extreme
    around.marketPoll = extreme
    around.reconcileInterval = extreme
    around.routerEntriesPerTenSeconds = extreme
    around.routerEntriesPerMinute = extreme
    around.routerOrder = extreme
    around.routerInstrument = extreme
    return around
  }

  @Test(arguments: RiskLaw.all.indices)
  func `each law can be broken, and says which numbers break it`(_ index: Int) throws {
    let law = RiskLaw.all[index]
    var found: RiskLaw.Fault?
    // Two limits at an end of their range, or a neighbour at an extreme, break it.
    for row in RiskLimit.all {
      for other in RiskLimit.all where found == nil {
        for (value, opposite) in [
          (row.range.lowerBound, other.range.upperBound),
          (row.range.upperBound, other.range.lowerBound),
        ] {
          var limits = RiskLimits()
          limits[row.id] = value
          limits[other.id] = opposite
          found = found ?? law.fault(limits, Self.around(0))
          found = found ?? law.fault(limits, Self.around(.max / 4))
        }
      }
    }
    let fault = try #require(found, "\(law.left.name) \(law.right.name)")
    #expect(fault.description.contains(law.left.name))
    #expect(fault.description.contains(law.right.name))
    #expect(!law.why.isEmpty)
  }

  @Test func `a limit that was changed while running holds from the next signal on`() {
    var drive = GateDrive.ready()
    drive.tell(change("risk_gate.max_notional_usd", from: 50_000_000_000, to: 40_000_000_000))
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.forwarded.first?.quantity.lots == 4000)
    drive.tell(change("risk_gate.unknown", from: 1, to: 2))
    drive.tell(change("risk_gate.max_positions", from: 4, to: 0))
    drive.step(.offer(2, Sample.signal("s2", symbol: "PF_ETHUSD")))
    #expect(drive.lastReasons == [.maxPositions])
  }

  private func change(_ key: String, from: Int64, to: Int64) -> LedgerEvent.Body {
    .risk(
      .limit(
        LimitChange(
          key: key, from: from, to: to, configured: from, state: .set,
          at: WallTime(milliseconds: Sample.wall), by: "ops", why: "test")))
  }
}
