import Foundation
import Simulation

/// What `simulate` prints at its end.
struct SimulateText {
  private let range: SeedRange
  private let reports: [SeedReport]
  private let seconds: Double
  private let sum: SeedTally

  init(_ range: SeedRange, _ reports: [SeedReport], seconds: Double) {
    self.range = range
    self.reports = reports
    self.seconds = seconds
    var sum = SeedTally()
    for report in reports { sum.add(report.tally) }
    self.sum = sum
  }

  private var failing: [SeedReport] { reports.filter { !$0.passed } }

  var plain: String {
    let speed = seconds > 0 ? Int(Double(sum.simulated_seconds) / seconds) : 0
    return """
      \(sum.seeds) seeds, \(failing.count) failing, \(sum.simulated_seconds) simulated seconds in \
      \((seconds * 10).rounded() / 10) s (\(speed) x)
      \(sum.offered) signals, \(sum.accepted) accepted, \(sum.entries) entries, \
      \(sum.entries_filled) filled, \(sum.orders) orders, \(sum.fills) fills, \
      \(sum.unknowns) unknown, \(sum.held) held, \(sum.adoptions) adopted, \(sum.exits) exits
      \(sum.crashes) crashes, \(sum.crashes_in_flight) of them with orders alive; \
      failing seeds: \(failing.map { "\($0.seed)" }.joined(separator: " "))
      """
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Summary(self)), as: UTF8.self)
  }

  private struct Summary: Encodable {
    struct Failure: Encodable {
      let seed: UInt64
      let findings: [String]
    }

    let first: UInt64
    let last: UInt64
    let seconds: Double
    let failures: [Failure]
    let digest: String
    let sum: SeedTally

    init(_ text: SimulateText) {
      first = text.range.first
      last = text.range.last
      seconds = text.seconds
      failures = text.failing.map { Failure(seed: $0.seed, findings: $0.findings) }
      let all = text.reports.reduce(UInt64(0)) { $0 &* 31 &+ $1.digest }
      digest = String(all, radix: 16)
      sum = text.sum
    }
  }
}
