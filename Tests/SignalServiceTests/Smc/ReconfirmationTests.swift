import Domain
import Testing

@testable import SignalService

/// Rules that no golden record reaches.
@Suite("reconfirmation")
struct ReconfirmationTests {
  /// Twelve quarter-hours that close at 1000, the highest of which stands `back` before the last.
  private static func quarters(high: Int64, back: Int, close: Int64 = 1000) -> BarWindow {
    Hours.window(
      (0..<12).map { index in
        let isPeak = index == 11 - back
        return Hours.bar(
          index, open: 1000, high: isPeak ? high : 1001, low: 990,
          close: index == 11 ? close : 1000, length: 900_000)
      })
  }

  private static func setting(
    zone: (low: Int64, high: Int64)?, breakPrice: Int64 = 1010, tolerance: Double = 0.01
  ) throws -> Reconfirmation.Setting {
    Reconfirmation.Setting(
      direction: .long, breakPrice: breakPrice, zone: zone,
      tolerance: try #require(WorkingDecimal(tolerance)))
  }

  private static func result(
    _ quarters: BarWindow, zone: (low: Int64, high: Int64)?, breakPrice: Int64 = 1010
  ) throws -> Reconfirmation {
    Reconfirmation(
      quarters, try setting(zone: zone, breakPrice: breakPrice), scale: .ticks)
  }

  @Test func `the move past the break is looked for in ten quarter-hours, strictly`() throws {
    let zone: (low: Int64, high: Int64) = (995, 1005)
    #expect(try Self.result(Self.quarters(high: 1011, back: 9), zone: zone) == .exact)
    #expect(try Self.result(Self.quarters(high: 1011, back: 10), zone: zone) == .missed)
    #expect(try Self.result(Self.quarters(high: 1010, back: 0), zone: zone) == .missed)
    let two = Self.quarters(high: 1011, back: 0).newest(2)
    #expect(try Self.result(two, zone: zone) == .missed)
    #expect(try Self.result(Self.quarters(high: 1011, back: 0).newest(3), zone: zone) == .exact)
  }

  @Test func `beside the zone is tolerated, edges included, and past the tolerance missed`() throws
  {
    let peak = Self.quarters(high: 1011, back: 0)
    #expect(try Self.result(peak, zone: (1000, 1005)) == .exact)
    #expect(try Self.result(peak, zone: (900, 1000)) == .exact)
    #expect(try Self.result(peak, zone: (1010, 1020)) == .tolerated)
    #expect(try Self.result(peak, zone: (1011, 1020)) == .missed)
    // A zone that is missed does not fall back to the break, which would hold.
    #expect(try Self.result(peak, zone: (1011, 1020), breakPrice: 1010) == .missed)
    #expect(try Self.result(peak, zone: nil, breakPrice: 1010) == .tolerated)
    #expect(try Self.result(peak, zone: nil, breakPrice: 980) == .missed)
  }

  @Test func `a short change looks for the low`() throws {
    let quarters = Self.quarters(high: 1001, back: 0)
    let setting = { (breakPrice: Int64) throws in
      Reconfirmation.Setting(
        direction: .short, breakPrice: breakPrice, zone: (low: 995, high: 1005),
        tolerance: try #require(WorkingDecimal(0.01)))
    }
    #expect(try Reconfirmation(quarters, setting(991), scale: .ticks) == .exact)
    #expect(try Reconfirmation(quarters, setting(990), scale: .ticks) == .missed)
  }

  @Test func `a tolerance that adapts stops at five percent, one that does not is as configured`()
    throws
  {
    var parameters = SmcParameters()
    parameters.zoneTolerance = 0.02
    parameters.zoneToleranceATR = 0.3
    let close = try #require(WorkingDecimal(1000))
    let tolerance = { Reconfirmation.tolerance(parameters, range: $0, close: close) }
    #expect(tolerance(10) == WorkingDecimal(0.023))
    #expect(tolerance(100) == WorkingDecimal(0.05))
    #expect(tolerance(101) == WorkingDecimal(0.05))
    #expect(tolerance(nil) == WorkingDecimal(0.02))
    parameters.zoneToleranceIsAdaptive = false
    #expect(tolerance(100) == WorkingDecimal(0.02))
  }

  @Test func `volatility chooses how many bars confirm, strictly`() {
    var parameters = SmcParameters()
    parameters.confirmationBars = 3
    let count = { Volatility.confirmationBars($0, parameters) }
    #expect(count(1.5) == 3 && count(1.51) == 5 && count(0.5) == 3 && count(0.49) == 2)
    #expect(count(nil) == 3)
    parameters.isAdaptive = false
    #expect(count(9) == 3)
    #expect(Volatility.ratio(Array(repeating: 2, count: 19)) == nil)
    #expect(Volatility.ratio(Array(repeating: 2, count: 20)) == 1)
    #expect(Volatility.ratio(Array(repeating: 0, count: 20)) == nil)
  }
}
