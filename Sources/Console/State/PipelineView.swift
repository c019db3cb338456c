import Daemon
import Domain

/// What supervisor, router and the latch itself answered last, and when.
struct PipelineView: Sendable {
  /// Of one process, from /proc.
  struct Usage: Sendable {
    let residentBytes: Int64
    let cpuSeconds: Double
  }

  /// A part of the router's answer to `status`.
  struct Router: Decodable, Sendable {
    var phase: String
    var tradingState: String
    var openIntents: Int
    var unknown: Int
    var held: Int
    var unprotected: Int
    var frozen: Int
    var locks: Int
    var intentHashes: Int
    var equity: String?
    var meter: RouterReport?
  }

  /// A part of a row of the router's answer to `positions`.
  struct PositionRow: Decodable, Sendable {
    var instrument: String
    var direction: String
    var quantity: String
    var quantityLots: Int64
    var stopQuantity: String
    var stopPrice: String?
    var protected: Bool
    var intent: String
    var openedAt: String
  }

  /// A part of a row of the router's answer to `orders`.
  struct OrderRow: Decodable, Sendable {
    var clientOrderId: String
    var intent: String
    var role: String
    var instrument: String
    var side: String
    var type: String
    var quantity: String
    var filled: String
    var status: String
    var text: String
    var sentMs: Int64
    var price: String?
    var change: String?
    var venueOrderId: String?
  }

  struct Latch: Sendable {
    var isActive: Bool
    var entries: [LatchBlock.Entry] = []
    /// Why it cannot be believed.
    var unreadable: String?
  }

  var status: PipelineStatus?
  var statusAt: Int64 = 0
  var router: Router?
  var routerAt: Int64 = 0
  var positions: [PositionRow] = []
  var positionsAt: Int64 = 0
  /// Orders that are not over.
  var openOrders: [OrderRow] = []
  var openOrdersAt: Int64 = 0
  /// What of a kill is not done; empty without one.
  var pendingKill: [String] = []
  var latch: Latch?
  var usage: [String: Usage] = [:]
  var risk = RiskReport()

  func stage(_ name: String) -> PipelineStatus.Stage? { status?.stages.first { $0.name == name } }

  func word(_ stage: String, _ key: String) -> String? { self.stage(stage)?.status[key] }

  /// The whole number a stage says of itself.
  func count(_ stage: String, _ key: String) -> Int64? {
    word(stage, key).flatMap { Int64($0) }
  }
}
