import Daemon
import Testing

@testable import Supervisor

@Suite("real money")
struct RealMoneyTests {
  private func failing(_ name: String) -> CheckRow { .fail(name, "found", "remedy") }

  @Test func `a row that fails forbids the first start, with what was found and the remedy`() {
    for name in ["key", "venue", "ledger", "clock", "a row of tomorrow"] {
      let why = RealMoney.refusal([.ok("config", "fine"), failing(name)], isFirst: true)
      #expect(why?.contains("\(name): found (remedy)") == true, "\(String(describing: why))")
    }
  }

  @Test func `rows that warn or were skipped forbid nothing`() {
    let rows: [CheckRow] = [.warn("alerts", "nobody", "set"), .skip("unit", "none")]
    #expect(RealMoney.refusal(rows, isFirst: true) == nil)
  }

  @Test func `a doctor that looked at nothing is no doctor`() {
    #expect(RealMoney.refusal([], isFirst: false) != nil)
  }

  @Test func `a later start does not leave positions alone because the venue is away`() {
    #expect(RealMoney.refusal(RealMoney.passing.map(failing), isFirst: false) == nil)
    for name in ["key", "config", "state", "ledger", "permissions", "a row of tomorrow"] {
      #expect(RealMoney.refusal([failing(name)], isFirst: false) != nil, "\(name)")
    }
  }

  @Test func `only the profile live asks, and first for the words and the key`() throws {
    var options = StageOptions()
    try RealMoney.check(options, Log("test"))
    options.profile = .live
    #expect(throws: Fatal.self) { try RealMoney.check(options, Log("test")) }
    options.acceptsRealMoney = true
    do {
      try RealMoney.check(options, Log("test"))
      Issue.record("started without a key")
    } catch {
      #expect(error.code == .badConfiguration && error.message.contains("--secret-file"))
    }
  }
}
