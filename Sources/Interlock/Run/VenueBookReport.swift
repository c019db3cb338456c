import Daemon
import Foundation

/// The venue's own book as its admin port tells it: the judge of a run.
struct VenueBookReport: Codable, Equatable {
  struct Order: Codable, Equatable {
    var orderID: String
    var clientOrderID: String?
    var symbol: String
    var type: String
    var reduceOnly: Bool
    var receivedMilliseconds: Int64
    var status: String

    enum CodingKeys: String, CodingKey {
      case orderID = "order_id"
      case clientOrderID = "client_order_id"
      case symbol
      case type = "order_type"
      case reduceOnly = "reduce_only"
      case receivedMilliseconds = "received_ms"
      case status
    }

    /// A stop or take-profit; every other order enters or leaves a position.
    var isProtective: Bool { reduceOnly && ["stp", "take_profit"].contains(type) }
  }

  struct Fill: Codable, Equatable {
    var fillID: String
    var wallMilliseconds: Int64

    enum CodingKeys: String, CodingKey {
      case fillID = "fill_id"
      case wallMilliseconds = "wall_ms"
    }
  }

  struct Position: Codable, Equatable {
    var symbol: String
    var size: String
    var uncoveredSinceMilliseconds: Int64?

    enum CodingKeys: String, CodingKey {
      case symbol, size
      case uncoveredSinceMilliseconds = "uncovered_since_ms"
    }
  }

  /// A time in which a position was without its full stop.
  struct Exposure: Codable, Equatable {
    var symbol: String
    var sinceMilliseconds: Int64
    var untilMilliseconds: Int64

    enum CodingKeys: String, CodingKey {
      case symbol
      case sinceMilliseconds = "since_ms"
      case untilMilliseconds = "until_ms"
    }
  }

  /// A client order id that came a second time and was refused: a second sending.
  struct Repeat: Codable, Equatable {
    var clientOrderID: String
    var wallMilliseconds: Int64

    enum CodingKeys: String, CodingKey {
      case clientOrderID = "client_order_id"
      case wallMilliseconds = "wall_ms"
    }
  }

  struct Account: Codable, Equatable {
    var equity: String
    var startEquity: String

    enum CodingKeys: String, CodingKey {
      case equity
      case startEquity = "start_equity"
    }
  }

  var orders: [Order]
  var fills: [Fill]
  var positions: [Position]
  var account: Account
  var exposures: [Exposure] = []
  var repeated: [Repeat] = []

  /// Asks the admin port named in the run directory.
  static func read(_ runDirectory: String) throws(Fatal) -> VenueBookReport {
    guard let address = try RunFiles(runDirectory).readVenue() else {
      throw Fatal(.tryAgain, "unable to ask the venue: it has not said where it listens")
    }
    let body = try LoopbackHTTP.get(address.admin, "/book")
    do {
      return try JSONDecoder().decode(VenueBookReport.self, from: Data(body))
    } catch {
      throw Fatal(.internalError, "unable to read the venue's book: \(error)")
    }
  }
}
