import Daemon
import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// A client that says the same at the same times, whoever listens.
private struct Script {
  struct Step {
    let wait: Int64
    let method: String
    let path: String
    let parameters: String
  }

  private(set) var steps: [Step] = []
  private(set) var clientIDs: [String] = []
  private var random: SplitMix

  init(seed: UInt64, count: Int) {
    random = SplitMix(seed: seed)
    for number in 0..<count { add(number) }
  }

  private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

  private mutating func add(_ number: Int) {
    let known = clientIDs.isEmpty ? "none" : clientIDs[pick(clientIDs.count)]
    switch pick(12) {
    case 0: post("cancelorder", "cliOrdId=\(known)")
    case 1: post("editorder", "cliOrdId=\(known)&limitPrice=\(49_000 + pick(2_000))&size=0.2")
    case 2: post("cancelallordersafter", "timeout=\(pick(3) * 120)")
    case 3 where pick(3) == 0: post("cancelallorders", "")
    case 4: put("leveragepreferences", "symbol=PF_XBTUSD&maxLeverage=\(10 + pick(30))")
    // The same id once more, which is refused.
    case 5: order("cliOrdId=\(known)")
    default:
      let id = "id-\(number)"
      clientIDs.append(id)
      order("cliOrdId=\(id)")
    }
  }

  private mutating func order(_ more: String) {
    let side = pick(2) == 0 ? "buy" : "sell"
    let near = 49_500 + pick(1_000)
    let kinds = [
      "mkt", "lmt&limitPrice=\(near)", "post&limitPrice=\(near)", "ioc&limitPrice=\(near)",
      "fok&limitPrice=\(near)", "stp&stopPrice=\(near)&reduceOnly=true",
      "stp&stopPrice=\(near)&limitPrice=\(near)", "take_profit&stopPrice=\(near)",
      "trailing_stop&trailingStopMaxDeviation=1&trailingStopDeviationUnit=PERCENT",
    ]
    let kind = kinds[pick(kinds.count)]
    post(
      "sendorder",
      "symbol=PF_XBTUSD&side=\(side)&size=\(1 + pick(9))&orderType=\(kind)&\(more)")
  }

  private mutating func post(_ name: String, _ parameters: String) {
    add("POST", name, parameters)
  }

  private mutating func put(_ name: String, _ parameters: String) {
    add("PUT", name, parameters)
  }

  private mutating func add(_ method: String, _ name: String, _ parameters: String) {
    steps.append(
      Step(
        wait: 2_000 + Int64(pick(100_000)), method: method,
        path: "/derivatives/api/v3/\(name)", parameters: parameters))
  }
}

@Suite("the book on disk follows from what was asked and when")
struct JournalLifeTests {
  private let folder = "/tmp/il-life-\(UUID().uuidString.prefix(8))"

  /// Four hours of a market that wanders by a percent or two.
  private static let bars: [(Int64, Int64, Int64, Int64)?] = {
    var random = SplitMix(seed: 5)
    var price: Int64 = 50_000
    return (0..<240).map { _ in
      let open = price
      price = min(51_000, max(49_000, price + Int64(random.next() % 401) - 200))
      return (open, max(open, price) + 30, min(open, price) - 30, price)
    }
  }()

  private func bench(_ name: String, elapsed: Int64 = 0) throws -> CoreBench {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    var policies = VenuePolicies()
    policies.holdMilliseconds = 20
    return try CoreBench(
      bars: Self.bars, minutes: 0.5, speed: 1, policies: policies, journal: "\(folder)/\(name)",
      elapsed: elapsed, premium: 3)
  }

  private func play(_ steps: some Sequence<Script.Step>, on bench: CoreBench) {
    for step in steps {
      bench.pass(step.wait)
      let box = bench.later(step.method, step.path, step.parameters)
      // What the gateway holds is out before the next one comes.
      bench.pass(50)
      #expect(box.response != nil)
    }
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  private func records(_ name: String) throws -> [BookRecord] {
    var records: [BookRecord] = []
    _ = try Journal("\(folder)/\(name)") { records.append($0) }
    return records
  }

  @Test(arguments: [1, 2, 3])
  func `the same requests at the same times write the same bytes`(_ seed: UInt64) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = Script(seed: seed, count: 200)
    play(script.steps, on: try bench("one"))
    play(script.steps, on: try bench("two"))
    let written = try bytes("one")
    #expect(try written == bytes("two"))
    // Something happened: fills, triggers, refusals, funding.
    let changes = try records("one").map(\.change)
    #expect(changes.count > 200)
    #expect(changes.contains { if case .fill = $0 { true } else { false } })
    #expect(changes.contains { if case .cash = $0 { true } else { false } })
    #expect(changes.contains { if case .repeated = $0 { true } else { false } })
  }

  @Test(arguments: [1, 2, 3])
  func `a life that is interrupted ends as one that is not`(_ seed: UInt64) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = Script(seed: seed, count: 200)
    let whole = try bench("whole")
    play(script.steps, on: whole)
    let half = script.steps.prefix(100)
    // The first life is gone when its bench is.
    play(half, on: try bench("halves"))
    let elapsed = half.reduce(0) { $0 + $1.wait + 50 }
    let second = try bench("halves", elapsed: elapsed)
    play(script.steps.dropFirst(100), on: second)
    for read in ["openorders", "openpositions", "accounts", "fills", "orders/status"] {
      func body(_ bench: CoreBench) throws -> String {
        try #require(bench.later("GET", "/derivatives/api/v3/\(read)").response?.body)
      }
      #expect(try body(second) == body(whole), "\(read)")
    }
    for client in script.clientIDs {
      let order = "orderType=post&side=buy&size=1&limitPrice=30000&cliOrdId=\(client)"
      #expect(try second.word(order) == whole.word(order), "\(client)")
    }
    let interrupted = try facts("halves").filter { !$0.hasSuffix("reopened") }
    let uninterrupted = try facts("whole")
    let first = zip(interrupted, uninterrupted).first { $0 != $1 }
    #expect(first?.0 == first?.1, "the first record that differs")
    #expect(interrupted.count == uninterrupted.count)
  }

  /// The records, their numbers apart.
  private func facts(_ name: String) throws -> [String] {
    try records(name).map { "\($0.wall.milliseconds) \($0.market.milliseconds) \($0.change)" }
  }
}
