/// The account as it was when a fault was armed.
struct StaleSnapshot: Hashable, Sendable {
  /// The reads it covers.
  static let names = ["openpositions", "openorders", "accounts"]

  private var bodies: [String: String] = [:]

  static func path(_ name: String) -> String { "/derivatives/api/v3/\(name)" }

  mutating func keep(_ body: String, of name: String) { bodies[name] = body }

  /// The old answer of this path, told at the time of the fresh one.
  func answer(to path: String, fresh: String) -> String? {
    guard let name = Self.names.first(where: { path == Self.path($0) }), let body = bodies[name],
      let fresh = try? JSONParser.parse(fresh), fresh["result"]?.string == "success",
      let time = fresh["serverTime"], let old = try? JSONParser.parse(body)
    else { return nil }
    return old.setting(["serverTime"], to: time)?.text
  }
}
