import Domain
import Testing

@testable import OrderRouter

@Suite("router: what it measures")
struct RouterMeterTests {
  private func at(_ milliseconds: Int64) -> MachineTime {
    MachineTime(nanoseconds: milliseconds * 1_000_000)
  }

  @Test func `a commit falls into the bucket that holds it, the slowest into the last`() {
    var meter = RouterMeter()
    for nanoseconds: Int64 in [250_000, 250_001, 3_000_000, 60_000_000_000] {
      meter.committed(nanoseconds: nanoseconds)
    }
    #expect(meter.commits.count == RouterMeter.boundsMilliseconds.count + 1)
    #expect(meter.commits[0] == 1 && meter.commits[1] == 1 && meter.commits.last == 1)
    #expect(meter.commits.reduce(0, +) == 4)
    #expect(meter.commitNanoseconds == 60_003_500_001)
  }

  @Test func `time without a whole stop counts for each position, until it is covered`() {
    var meter = RouterMeter()
    meter.cover(uncovered: 2, now: at(1000))
    #expect(meter.uncoveredNanoseconds == 0, "nothing has passed yet")
    meter.cover(uncovered: 1, now: at(1500))
    meter.cover(uncovered: 0, now: at(1700))
    meter.cover(uncovered: 0, now: at(9000))
    #expect(meter.uncoveredNanoseconds == 1_200_000_000)
  }
}
