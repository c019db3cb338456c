import Domain

/// One thing that came in from the venue, as bytes that can be kept and taken back exactly.
///
///     ws/3        a frame of the third connection, as it came
///     ws-link/3   opened | closed WHY | flooded | sign
///     rest        TAG STATUS REQUEST, a line feed, and the body as it came; STATUS is the HTTP
///                 status, or broken or unsent with the reason instead of a body
package struct InboundRecord: Hashable, Sendable {
  package let channel: String
  package let bytes: [UInt8]

  package init(channel: String, bytes: [UInt8]) {
    self.channel = channel
    self.bytes = bytes
  }

  /// Whether something else than the venue wrote the record.
  package static func isOfVenue(_ channel: String) -> Bool {
    channel == rest || channel.hasPrefix(frames) || channel.hasPrefix(link)
  }

  private static let frames = "ws/"
  private static let link = "ws-link/"
  private static let rest = "rest"
}

/// Takes what comes in, at the moment at which the owner's loop takes it.
package typealias InboundTap = (InboundRecord) -> Void

extension InboundRecord {
  /// Nil for what did not come from the network.
  init?(_ event: SocketEvent) {
    switch event {
    case .message(let id, let bytes): self.init(channel: Self.frames + String(id), bytes: bytes)
    case .opened(let id): self.init(id, "opened")
    case .closed(let id, let why): self.init(id, "closed \(why)")
    case .flooded(let id): self.init(id, "flooded")
    case .sign(let id): self.init(id, "sign")
    case .tick, .subscribe, .unsubscribe: return nil
    }
  }

  private init(_ id: UInt64, _ text: String) {
    self.init(channel: Self.link + String(id), bytes: Array(text.utf8))
  }

  /// What happened to the session; nil when the record is none of a session.
  var socketEvent: SocketEvent? {
    if channel.hasPrefix(Self.frames) {
      return UInt64(channel.dropFirst(Self.frames.count)).map { .message($0, bytes) }
    }
    guard channel.hasPrefix(Self.link), let id = UInt64(channel.dropFirst(Self.link.count)) else {
      return nil
    }
    let text = String(decoding: bytes, as: UTF8.self)
    switch text {
    case "opened": return .opened(id)
    case "flooded": return .flooded(id)
    case "sign": return .sign(id)
    default:
      return text.hasPrefix("closed ") ? .closed(id, why: String(text.dropFirst(7))) : nil
    }
  }
}

extension InboundRecord {
  init(tag: UInt64, request: VenueRequest, result: TransportResult) {
    var status: String
    var body: [UInt8]
    switch result {
    case .notSent(let why): (status, body) = ("unsent", Array(why.utf8))
    case .broken(let why): (status, body) = ("broken", Array(why.utf8))
    case .answered(let code, let bytes, _): (status, body) = (String(code), bytes)
    }
    self.init(
      channel: Self.rest, bytes: Array("\(tag) \(status) \(request.label)\n".utf8) + body)
  }

  /// The end of a request; nil when the record is none of one.
  var answer: (tag: UInt64, result: TransportResult)? {
    guard channel == Self.rest, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
      return nil
    }
    let words = bytes[..<end].split(separator: UInt8(ascii: " "), maxSplits: 2)
      .map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 3, let tag = UInt64(words[0]) else { return nil }
    let body = Array(bytes[(end + 1)...])
    let why = String(decoding: body, as: UTF8.self)
    switch words[1] {
    case "unsent": return (tag, .notSent(why: why))
    case "broken": return (tag, .broken(why: why))
    default: return Int(words[1]).map { (tag, .answered(status: $0, body: body)) }
    }
  }
}

extension VenueRequest {
  /// What is asked for, in words for people.
  fileprivate var label: String {
    switch self {
    case .place: "place"
    case .cancel: "cancel"
    case .amend: "amend"
    case .orderStatus: "order-status"
    case .openOrders: "open-orders"
    case .openPositions: "open-positions"
    case .fills: "fills"
    case .olderFills: "older-fills"
    case .orderHistory: "order-history"
    case .account: "account"
    case .marginModes: "margin-modes"
    case .instruments: "instruments"
    case .tickers: "tickers"
    case .candles(let id, let timeframe, let from, _):
      "candles \(id) \(timeframe.rawValue) from \(from.milliseconds)"
    case .spotCandles(let id, let timeframe, let from, _):
      "spot-candles \(id) \(timeframe.rawValue) from \(from.milliseconds)"
    }
  }
}
