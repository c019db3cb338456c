import Foundation
import Testing

@testable import PaperVenue

/// Requests that are nearly right, by the thousand: every one has to get an answer.
@Suite("mutated requests")
struct MutationTests {
  private static let trading = "/derivatives/api/v3/"
  private static let requests: [(method: String, path: String, form: String)] = [
    (
      "POST", "\(trading)sendorder",
      "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=9"
    ),
    ("POST", "\(trading)sendorder", "orderType=mkt&symbol=PF_XBTUSD&side=sell&size=0.01"),
    (
      "POST", "\(trading)sendorder",
      "orderType=stp&symbol=PF_XBTUSD&side=sell&size=1&stopPrice=4&triggerSignal=mark&reduceOnly=1"
    ),
    (
      "POST", "\(trading)sendorder",
      "orderType=ioc&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=5&cliOrdId=a-1"
        + "&processBefore=2030-01-01T00%3A00%3A00.000Z"
    ),
    ("POST", "\(trading)editorder", "cliOrdId=a-1&size=0.02&limitPrice=8&qtyMode=ABSOLUTE"),
    ("POST", "\(trading)cancelorder", "cliOrdId=a-1"),
    ("POST", "\(trading)cancelallorders", "symbol=PF_XBTUSD"),
    ("POST", "\(trading)cancelallordersafter", "timeout=60"),
    (
      "POST", "\(trading)batchorder",
      "json=%7B%22batchOrder%22%3A%5B%7B%22order%22%3A%22send%22%2C%22order_tag%22%3A%221%22%2C"
        + "%22orderType%22%3A%22lmt%22%2C%22symbol%22%3A%22PF_XBTUSD%22%2C%22side%22%3A%22buy%22%2C"
        + "%22size%22%3A1%2C%22limitPrice%22%3A9%7D%5D%7D"
    ),
    ("POST", "\(trading)orders/status", "cliOrdIds=a-1&orderIds=b"),
    ("GET", "\(trading)fills", "lastFillTime=2026-01-01T00%3A00%3A00.000Z"),
    ("GET", "\(trading)orderbook", "symbol=PF_XBTUSD"),
    ("GET", "\(trading)history", "symbol=PF_XBTUSD&lastTime=2026-01-01T00%3A00%3A00.000Z"),
    ("GET", "\(trading)tickers/PF_XBTUSD", ""), ("GET", "\(trading)openpositions", ""),
    ("GET", "/api/history/v3/orders", "since=1&before=9999999999999&sort=asc&count=10"),
    ("GET", "/api/charts/v1/trade/PF_XBTUSD/1m", "from=1735689600&to=1735699600"),
  ]

  private static let oddities = [
    "", "%00", "%", "-1", "0", "1e400", "1e-400", "NaN", "inf", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "99999999999999999999999999", "0x10", "１",
    "%C3%A9",
    "%F0%9F%98%80", "+", "&", "=", "&&==", "a=b", "true", "null", "[]", "{}", "%22", "PF_",
    "0.00000000000000000001", String(repeating: "9", count: 400),
    String(repeating: "x", count: 5000),
  ]

  /// SplitMix64: the same requests in each run.
  private struct Chance {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
  }

  private static func mutated(_ text: String, _ chance: inout Chance) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<(1 + chance.below(3)) {
      let at = chance.below(bytes.count + 1)
      let odd = Array(oddities[chance.below(oddities.count)].utf8)
      switch chance.below(5) {
      case 0: bytes.insert(contentsOf: odd, at: at)
      case 1 where at < bytes.count: bytes[at] = UInt8(chance.below(128))
      case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + chance.below(8)))
      case 3:
        // The value of one parameter becomes something odd.
        let marks = bytes.indices.filter { bytes[$0] == UInt8(ascii: "=") }
        guard !marks.isEmpty else { continue }
        let start = marks[chance.below(marks.count)] + 1
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.endIndex
        bytes.replaceSubrange(start..<end, with: odd)
      default: bytes.append(contentsOf: bytes[at...])
      }
    }
    return String(decoding: bytes.prefix(20_000), as: UTF8.self)
  }

  @Test(arguments: 1...4)
  func `every one is answered with JSON and a code of the venue`(_ seed: UInt64) throws {
    let bench = try CoreBench(bars: [(50_000, 50_000, 50_000, 50_000), nil], minutes: 0.5)
    var chance = Chance(state: seed)
    for _ in 0..<1500 {
      let (method, path, form) = Self.requests[chance.below(Self.requests.count)]
      let text = chance.below(20) == 0 ? form : Self.mutated(form, &chance)
      let target = chance.below(20) == 0 ? Self.mutated(path, &chance) : path
      let isQuery = method == "GET" || chance.below(4) == 0
      var request = VenueHTTPRequest(
        method: method, path: target, query: isQuery ? text : "", body: isQuery ? "" : text,
        headers: [:])
      // In the venue's own name, so that no signature keeps the mutation out.
      request.origin = .venue
      let box = AnswerBox()
      bench.core.trading(request) { box.put($0) }
      // What the gateway holds comes out when its time has passed, and long readings come later.
      if box.response == nil { bench.pass(200) }
      let response = try #require(box.wait(), "\(target) \(text.prefix(200))")
      #expect([200, 400, 404, 405].contains(response.status), "\(target) \(text.prefix(200))")
      #expect(
        (try? JSONParser.parse(response.body)) != nil,
        "\(target) \(text.prefix(200)): \(response.body.prefix(200))")
    }
  }
}
