import Domain
import Foundation
import Testing

@testable import OrderRouter

/// Every code that the router's column of `docs/denials.md` names is provoked here, and no other.
@Suite("every denial of the router")
struct DenialCoverageTests {
  private static let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/denials.md")

  @Test func `the cases are those of the table`() throws {
    let rows = try String(contentsOf: Self.docs, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("| `") }
      .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    let documented = rows.filter { $0[1].contains("router") }
      .map { $0[0].trimmingCharacters(in: CharacterSet(charactersIn: "`")) }
    let cases = DenialCases.all.keys.map(\.rawValue)
    #expect(documented.sorted() == cases.sorted())
    #expect(cases.count > 25)
  }

  @Test(arguments: DenialCases.all.keys.sorted { $0.rawValue < $1.rawValue })
  func `it is provoked`(_ reason: DenialReason) throws {
    let provoke = try #require(DenialCases.all[reason])
    let reasons = try provoke()
    #expect(reasons.contains(reason), "\(reason.rawValue) is not among \(reasons)")
  }
}
