import Daemon
import Foundation

/// What a run is judged from: files of the proposer and the gate, the venue's book, the ledger's
/// rows, the supervisor's count of restarts.
///
/// Gathered in this order, so that nothing can be in an earlier part and not yet in a later one by
/// mere timing: the gate's acknowledgements before the router's rows, the venue's orders before
/// them too (a row is committed before its order is sent), and the decisions, recorded before
/// anything follows from them, last.
struct Evidence: Equatable {
  struct SignalLine: Codable, Equatable {
    var wallMilliseconds: Int64
    var signal: String

    enum CodingKeys: String, CodingKey {
      case wallMilliseconds = "wall_ms"
      case signal
    }
  }

  struct GateLine: Codable, Equatable {
    struct Denial: Codable, Equatable {
      var reason: String
    }

    var wallMilliseconds: Int64
    var signal: String
    var accepted: Bool
    var intent: String?
    var denials: [Denial]?

    enum CodingKeys: String, CodingKey {
      case wallMilliseconds = "wall_ms"
      case signal, accepted, intent, denials
    }
  }

  struct IntentRow: Codable, Equatable {
    var intent: String
    var signal: String
    var state: String
    var acceptedMilliseconds: Int64
    /// Why it ended before its first byte, the code first.
    var denial: String?
    /// `entry`, `exit` or `adoption`; only the first comes from a decision.
    var kind: String? = "entry"

    enum CodingKeys: String, CodingKey {
      case intent, signal, state, denial, kind
      case acceptedMilliseconds = "accepted_ms"
    }
  }

  struct OrderRow: Codable, Equatable {
    var clientOrderID: String
    var intent: String
    var role: String
    var status: String

    enum CodingKeys: String, CodingKey {
      case clientOrderID = "client_order_id"
      case intent, role, status
    }
  }

  struct RouterStatus: Codable, Equatable {
    /// The mark at the front of every client order id of this installation.
    var installation: String
  }

  var candles: Int
  var signals: [SignalLine]
  var gate: [GateLine]
  var venue: VenueBookReport
  /// Wall time at which the venue's book was read.
  var venueReadAt: Int64
  var intents: [IntentRow]
  var orders: [OrderRow]
  var installation: String
  var restarts: [String: Int]

  /// Asks everyone; throws when one of them cannot be heard now.
  static func gather(
    runDirectory: String, stateDirectory: String, candles: Int
  ) throws(Fatal) -> Evidence {
    let gate = try lines(GateLine.self, "\(stateDirectory)/gate.jsonl")
    let venue = try VenueBookReport.read(runDirectory)
    let readAt = Clock.wallMilliseconds()
    let router = ControlClient(
      socket: RunFiles(runDirectory).controlSocket("order-router"), timeoutMilliseconds: 5000)
    let orders = try all([OrderRow].self, "orders", of: router)
    let intents = try all([IntentRow].self, "intents", of: router)
    let status = try rows(RouterStatus.self, router.ask("status"))
    let pipeline = try PipelineStatus.ask(runDirectory)
    let signals =
      try lines(SignalLine.self, "\(stateDirectory)/signals.jsonl")
      + lines(SignalLine.self, "\(stateDirectory)/program-signals.jsonl")
    return Evidence(
      candles: candles, signals: signals, gate: gate, venue: venue, venueReadAt: readAt,
      intents: intents, orders: orders, installation: status.installation,
      restarts: Dictionary(pipeline.stages.map { ($0.name, $0.restarts) }) { first, _ in first })
  }

  /// Every row, page by page.
  private static func all<Row: Decodable>(
    _ type: [Row].Type, _ verb: String, of router: ControlClient
  ) throws(Fatal) -> [Row] {
    var all: [Row] = []
    while true {
      let page = try rows(type, router.ask(verb, ["from": "\(all.count)"]))
      guard !page.isEmpty else { return all }
      all += page
    }
  }

  private static func rows<Rows: Decodable>(
    _ type: Rows.Type, _ answer: String
  ) throws(Fatal) -> Rows {
    do {
      return try JSONDecoder().decode(type, from: Data(answer.utf8))
    } catch {
      throw Fatal(.internalError, "unable to read the router's answer: \(error)")
    }
  }

  /// The lines of an append-only file; one that was cut off is no evidence and is skipped.
  private static func lines<Line: Decodable>(
    _ type: Line.Type, _ path: String
  ) throws(Fatal) -> [Line] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Fatal(.internalError, "unable to read \(path): make it readable")
    }
    return data.split(separator: UInt8(ascii: "\n")).compactMap { JSONLine.decode(type, $0) }
  }
}
