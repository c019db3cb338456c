import Daemon
import Foundation
import Synchronization

/// Asks the control sockets on a thread of its own, so that a stage that hangs holds up nothing.
///
/// Invariants:
/// 1. How often is asked does not depend on who looks: every round asks the same few questions that
///    are answered from memory, and the next round begins after the last has ended.
/// 2. Orders of people wait in a queue of at most `mostOrders`; one too many is refused at once.
/// 3. An answer that does not come leaves the last one in place, with its age.
final class Asker: Sendable {
  struct Order: Sendable {
    let action: ConsoleAction
    /// Called once, on the asker's thread.
    let done: @Sendable (ActionOutcome) -> Void
  }

  private static let mostOrders = 8
  private static let roundMilliseconds: Int64 = 500
  private static let patienceMilliseconds: Int64 = 800
  /// Every so many rounds the limits are asked for.
  private static let roundsPerRisk: UInt64 = 4

  private let run: RunFiles
  private let shared: SharedState
  private let orders = Mutex<[Order]>([])
  private let condition = Wake()
  private let latchOwner: String
  private let stateDirectory: String

  init(run: RunFiles, stateDirectory: String, latchOwner: String, shared: SharedState) {
    self.run = run
    self.stateDirectory = stateDirectory
    self.latchOwner = latchOwner
    self.shared = shared
  }

  func start() {
    let thread = Thread { [self] in ask() }
    thread.name = "asker"
    thread.stackSize = 512 * 1024
    thread.start()
  }

  /// Whether there was room for it.
  func submit(_ order: Order) -> Bool {
    let isTaken = orders.withLock { waiting in
      guard waiting.count < Self.mostOrders else { return false }
      waiting.append(order)
      return true
    }
    if isTaken { condition.signal() }
    return isTaken
  }

  private func ask() -> Never {
    let actions = ActionDesk(run: run, stateDirectory: stateDirectory, latchOwner: latchOwner)
    let latch = try? LatchFile(stateDirectory: stateDirectory, owner: latchOwner, makes: false)
    var number: UInt64 = 0
    while true {
      let until = Clock.machineNanoseconds() + Self.roundMilliseconds * 1_000_000
      for order in orders.withLock({ waiting in
        defer { waiting = [] }
        return waiting
      }) {
        order.done(actions.perform(order.action))
      }
      round(latch)
      if number % Self.roundsPerRisk == 0 { askRisk() }
      number += 1
      condition.wait(until: until)
    }
  }

  // MARK: - One round

  private func round(_ latch: LatchFile?) {
    let status = decode(PipelineStatus.self, "supervisor", "status", snake: false)
    let router = decode(PipelineView.Router.self, "order-router", "status")
    var positions: [PipelineView.PositionRow]?
    var open: [PipelineView.OrderRow]?
    // Who does not answer the first question is not asked the others.
    if router != nil {
      positions = decode([PipelineView.PositionRow].self, "order-router", "positions")
      open = decode([PipelineView.OrderRow].self, "order-router", "orders", ["open": "true"])
    }
    let state = latch?.read()
    let pending = router != nil && state?.isActive == true ? pendingKill() : []
    let usage = status.map(ProcessUsage.read) ?? [:]
    let now = Clock.wallMilliseconds()
    shared.change { shared in
      if let status {
        shared.pipeline.status = status
        shared.pipeline.statusAt = now
        shared.pipeline.usage = usage
        if let newest = shared.pipeline.count("order-router", "events") {
          shared.notice(newestEvent: newest)
        }
      }
      if let router {
        shared.pipeline.router = router
        shared.pipeline.routerAt = now
      }
      if let positions {
        shared.pipeline.positions = positions
        shared.pipeline.positionsAt = now
      }
      if let open {
        shared.pipeline.openOrders = Array(open.prefix(1000))
        shared.pipeline.openOrdersAt = now
      }
      shared.pipeline.pendingKill = pending
      shared.pipeline.latch = state.map { PipelineView.Latch($0) }
    }
  }

  private func askRisk() {
    let router = decode(RiskReport.Router.self, "order-router", "risk")
    let gate = decode([RiskReport.Row].self, "risk-gate", "risk")
    shared.change { $0.pipeline.risk = RiskReport(router: router, gate: gate) }
  }

  private struct Kill: Decodable { var pending: [String] }

  private func pendingKill() -> [String] {
    decode(Kill.self, "order-router", "latch")?.pending ?? []
  }

  private func decode<Value: Decodable>(
    _ type: Value.Type, _ process: String, _ verb: String, _ arguments: [String: String] = [:],
    snake: Bool = true
  ) -> Value? {
    let client = ControlClient(
      socket: run.controlSocket(process), timeoutMilliseconds: Self.patienceMilliseconds)
    guard let answer = try? client.ask(verb, arguments) else { return nil }
    let decoder = JSONDecoder()
    if snake { decoder.keyDecodingStrategy = .convertFromSnakeCase }
    return try? decoder.decode(type, from: Data(answer.utf8))
  }
}

extension PipelineView.Latch {
  init(_ state: LatchFile.State) {
    switch state {
    case .clear: self.init(isActive: false)
    case .active(let entries): self.init(isActive: true, entries: entries)
    case .unreadable(let why): self.init(isActive: true, unreadable: why)
    }
  }
}
