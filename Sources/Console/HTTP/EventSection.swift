/// A part of the state as open pages are told it.
struct EventSection: Sendable {
  static let names = [
    "overview", "curve", "market", "decisions", "ledger", "risk", "streams", "tap", "system",
  ]

  let name: String
  /// One server-sent event.
  let frame: [UInt8]

  init(_ name: String, _ json: JSON) {
    self.name = name
    frame = Array("event: \(name)\ndata: \(json.text)\n\n".utf8)
  }

  /// Whether a page that missed it is told again; lines of the tap are gone.
  var isState: Bool { name != "tap" }
}
