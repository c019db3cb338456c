import Testing

@Suite("link over a hostile network")
struct LossyLinkTests {
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `nothing acknowledged is lost, nothing comes twice, everything ends`(_ seed: UInt64) {
    var link = LossyLink(seed: seed)
    link.run()
    #expect(link.violations.isEmpty, "seed \(seed): \(link.violations.prefix(5))")
    #expect(link.lost > 50 && link.restarts > 3, "the network was not hostile")
    #expect(link.acknowledged > LossyLink.payloads / 2)
  }

  @Test func `some payloads outlive their time, so that expiry is tried too`() {
    var expired = 0
    for seed in 0..<10 as Range<UInt64> {
      var link = LossyLink(seed: seed)
      link.run()
      expired += link.expired
    }
    #expect(expired > 0)
  }

  private func violations(_ missing: LossyLink.Missing) -> [String] {
    (0..<10 as Range<UInt64>).flatMap { seed in
      var link = LossyLink(seed: seed, missing: missing)
      link.run()
      return link.violations
    }
  }

  @Test func `a sender that says everything once leaves payloads without an end`() {
    #expect(violations(.repetition).contains { $0.contains("without an end") })
  }

  @Test func `a receiver without memory hands payloads on twice`() {
    #expect(violations(.memory).contains { $0.contains("handed on twice") })
  }

  @Test func `an owner that acknowledges before it keeps loses what it acknowledged`() {
    #expect(violations(.ledger).contains { $0.contains("is not in the ledger") })
  }
}
