import Foundation
import Testing

@testable import PaperVenue

/// A payload of the venue and what this venue says in its place.
struct Counterpart: Sendable, CustomTestStringConvertible {
  /// Below `fixtures/kraken-futures`, without its suffix.
  let file: String
  /// Fields of ours that this payload does not have; where they are documented stands beside.
  var extra: Set<String> = []
  /// Its fields that ours does not have; why stands beside.
  var missing: Set<String> = []
  /// Whether whoever recorded it put numbers into quotes.
  var quotesNumbers = false
  /// Members whose words are others here; why stands beside.
  var otherWords: Set<String> = []
  let ours: @Sendable () throws -> Any

  init(
    _ file: String, extra: Set<String> = [], missing: Set<String> = [],
    quotesNumbers: Bool = false, otherWords: Set<String> = [],
    ours: @escaping @Sendable () throws -> Any
  ) {
    self.file = file
    self.extra = extra
    self.missing = missing
    self.quotesNumbers = quotesNumbers
    self.otherWords = otherWords
    self.ours = ours
  }

  var testDescription: String { file }

  /// What differs, one sentence each.
  func differences() throws -> [String] {
    let documented = try SharedFiles.json("\(file).json")
    let ours = try ours()
    return Shape.bothWays(
      ours: ours, documented: documented, extra: extra, missing: missing,
      quotesNumbers: quotesNumbers)
      + Shape.strangeWords(ours: ours, documented: documented, except: otherWords)
  }
}

/// Everything the venue printed in its documents and everything that was recorded of it.
@Suite(
  "every payload of the venue has its counterpart",
  .enabled(if: SharedFiles.present, SharedFiles.missing))
struct CounterpartTests {
  private static let all =
    TradingCounterparts.all + RecordedCounterparts.all + WebSocketCounterparts.all

  /// What nothing here can be compared with.
  private static let exclusions: [String: String] = [
    "docs/futures-api.trading.place-rfq-offer":
      "a quote for a request of options, which are not traded here",
    "docs/futures-api.trading.place-rfq-offer__2":
      "a quote for a request of options, which are not traded here",
    "docs/futures-api.trading.sub-account-transfer.success":
      "there is one account; every transfer to another has its documented error",
    "docs/guides.futures-introduction": "the rate of an index, which is no contract",
    "docs/futures-api.websocket.balances.balances__3":
      "a change of the cash wallet, which is empty here and never changes",
    "docs/futures-api.websocket.balances.balances__5":
      "a change of a single-collateral account of inverse contracts, which are not traded here",
    "docs/futures-api.websocket.open_position__2": "a position in an option",
    "docs/futures-api.websocket.ticker.ticker__3":
      "the ticker of an option; that of a perpetual is compared in WebSocketShapeTests",
    "recorded/requests": "no payload but a list of requests; the test below asks each of them",
  ]

  @Test func `none is missed and none is named that is not there`() throws {
    let names = try ["docs", "recorded"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: "\(SharedFiles.payloads)/\(folder)")
        .filter { $0.hasSuffix(".json") }.map { "\(folder)/\($0.dropLast(5))" }
    }
    let covered = Self.all.map(\.file) + WebSocketCounterparts.requests + Self.exclusions.keys
    #expect(Set(names).subtracting(covered).sorted() == [], "no counterpart")
    #expect(Set(covered).subtracting(names).sorted() == [], "no such payload")
    #expect(covered.count == Set(covered).count, "each once")
    #expect(names.count > 100)
  }

  @Test(arguments: all)
  func `it has the same fields, types and words`(_ counterpart: Counterpart) throws {
    let differences = try counterpart.differences()
    #expect(differences == [], "\(counterpart.file): \(differences.joined(separator: "; "))")
  }

  @Test(arguments: WebSocketCounterparts.requests)
  func `a printed request of the WebSocket is granted`(_ file: String) throws {
    #expect(try WebSocketCounterparts.isGranted(file))
  }

  @Test func `every recorded request is understood`() throws {
    let requests = try #require(try SharedFiles.json("recorded/requests.json") as? [[String: Any]])
    #expect(requests.count > 20)
    for request in requests {
      let text = try #require(request["url"] as? String)
      let url = try #require(URLComponents(string: text))
      let reads = try #require(request["method"] as? String).hasPrefix("fetch")
      let asked = VenueHTTPRequest(
        method: reads ? "GET" : "POST", path: url.path, query: url.percentEncodedQuery ?? "",
        body: request["body"] as? String ?? "", headers: [:])
      #expect(Endpoints.endpoint(asked) != nil, "\(text)")
      #expect(asked.parameters != nil, "\(text)")
    }
  }
}
