/// The faults that are armed, and what they make of each request; pure.
///
/// Invariants:
/// 1. At most `most` faults are held; a spent one makes room for a new one, an armed one does not.
/// 2. A request counts once for each fault it matches, whatever other faults do to it.
/// 3. The same faults and the same requests give the same plans: chance comes from seeds only.
struct FaultTable: Sendable {
  static let most = 100

  struct Armed: Hashable, Sendable {
    let id: String
    let fault: Fault
    var progress: FaultProgress
  }

  private(set) var armed: [Armed] = []
  private var number = 0

  /// Takes the fault and returns its id.
  mutating func arm(_ fault: Fault) throws(FaultRefusal) -> String {
    if let id = fault.id, armed.contains(where: { $0.id == id }) {
      throw FaultRefusal(description: "document.id: \(id) is there already: disarm it first")
    }
    if armed.count >= Self.most {
      guard let spent = armed.firstIndex(where: \.progress.isSpent) else {
        throw FaultRefusal(description: "document: \(Self.most) faults are armed: disarm one first")
      }
      armed.remove(at: spent)
    }
    var id = fault.id
    while id == nil {
      number += 1
      let next = "f\(number)"
      if !armed.contains(where: { $0.id == next }) { id = next }
    }
    let name = id ?? ""
    armed.append(
      Armed(id: name, fault: fault, progress: FaultProgress(fault.schedule)))
    return name
  }

  /// Whether there was such a fault.
  mutating func disarm(_ id: String) -> Bool {
    let count = armed.count
    armed.removeAll { $0.id == id }
    return armed.count < count
  }

  /// How many there were.
  mutating func disarmAll() -> Int {
    defer { armed = [] }
    return armed.count
  }

  mutating func plan(for request: VenueHTTPRequest) -> FaultPlan {
    var plan = FaultPlan()
    for index in armed.indices {
      let fault = armed[index].fault
      guard !fault.kind.isOfSockets, fault.match.matches(request), armed[index].progress.fires()
      else { continue }
      plan.add(fault.kind, id: armed[index].id)
    }
    return plan
  }

  /// What becomes of one message of `feed` to one connection.
  mutating func socketPlan(feed: String) -> SocketPlan {
    var plan = SocketPlan()
    for index in armed.indices {
      let kind = armed[index].fault.kind
      guard Self.isAbout(kind, feed), armed[index].progress.fires() else { continue }
      switch kind {
      case .socketDrop: plan.isDropped = true
      case .socketStall(_, let milliseconds): plan.stallMilliseconds = milliseconds
      case .sequenceGap, .fillsWithoutOrders: plan.isOmitted = true
      default: break
      }
    }
    return plan
  }

  private static func isAbout(_ kind: FaultKind, _ feed: String) -> Bool {
    switch kind {
    case .socketDrop(let wanted), .socketStall(let wanted, _), .sequenceGap(let wanted):
      wanted.map { RequestMatch.text(feed, fits: $0) } ?? true
    case .fillsWithoutOrders: ["open_orders", "open_orders_verbose"].contains(feed)
    default: false
    }
  }

  /// How far the venue's clock is set wrong now.
  var clockSkewMilliseconds: Int64 {
    armed.reduce(0) { sum, entry in
      guard case .clockSkew(let milliseconds) = entry.fault.kind, !entry.progress.isSpent else {
        return sum
      }
      return sum + milliseconds
    }
  }
}
