package import Domain

/// A request that Maker Protection holds in the gateway: no interface shows it.
struct HeldRequest: Hashable, Sendable {
  enum Action: Hashable, Sendable {
    case place(OrderRequest)
    case edit(EditRequest)
  }

  struct Issued: Hashable, Sendable {
    let id: VenueOrderID
    let number: Int64
  }

  let ticket: Int64
  let releasedAt: WallTime
  /// Id and number of an order that is to be placed; they are those of its receipt.
  let issued: Issued?
  let action: Action
  /// Whether a cancel was acknowledged meanwhile: what is released then may not rest.
  var isCancelled = false

  init(
    ticket: Int64, releasedAt: WallTime, order: (id: VenueOrderID, number: Int64)?,
    action: Action
  ) {
    self.ticket = ticket
    self.releasedAt = releasedAt
    issued = order.map { Issued(id: $0.id, number: $0.number) }
    self.action = action
  }

  var client: String? {
    if case .place(let request) = action { request.clientOrderID } else { nil }
  }

  func isNamed(_ name: OrderName) -> Bool {
    switch name {
    case .venue(let id): issued?.id == id
    case .client(let client): self.client == client
    }
  }
}

/// The answer to a request that was held.
package struct ReleasedResult: Hashable, Sendable {
  package let ticket: Int64
  package let result: VenueResult
}

// What happens by itself when wall time passes.
extension VenueMachine {
  /// Milliseconds for which a request for this contract is held.
  func holdTime(_ id: InstrumentID, isPostOnly: Bool) -> Int64 {
    guard !isPostOnly, let instrument = book.contracts[id]?.instrument else { return 0 }
    let own = instrument.makerProtectionMilliseconds
    return min(book.policies.holdMilliseconds ?? own, VenuePolicies.longestHold)
  }

  /// Whether a request is held that has not been answered.
  package var isHolding: Bool { !held.isEmpty }

  /// The next moment at which `advance` has something to do; nil when nothing waits for the clock.
  package var nextDeadline: WallTime? {
    [held.map(\.releasedAt).min(), book.deadMan].compactMap { $0 }.min()
  }

  /// Does what is due, in the order of its time: releases requests, fires the dead man's switch.
  ///
  /// Of requests that are due at once the one received first leaves first.
  package mutating func advance(now: VenueTime) -> [ReleasedResult] {
    var results: [ReleasedResult] = []
    while let deadline = nextDeadline, deadline <= now.wall {
      if book.deadMan == deadline {
        record(.deadMan(nil), now)
        _ = cancelAll(reason: .deadMan, now: now)
      } else if let index = held.firstIndex(where: { $0.releasedAt == deadline }) {
        let request = held.remove(at: index)
        results.append(ReleasedResult(ticket: request.ticket, result: release(request, now)))
      }
    }
    return results
  }

  private mutating func release(_ request: HeldRequest, _ now: VenueTime) -> VenueResult {
    let isChecked = book.policies.deadline == .release
    switch request.action {
    case .place(let order):
      guard let issued = request.issued else {
        fatalError("invariant broken: an order that is held has its id")
      }
      var order = order
      if !isChecked { order.processBefore = nil }
      return release(order, (issued.id, issued.number), isCancelled: request.isCancelled, now)
    case .edit(let edit):
      if isChecked, isLate(edit.processBefore, now) {
        return VenueResult(word: "wouldProcessAfterSpecifiedTime", order: nil)
      }
      return change(edit, isReleased: true, now)
    }
  }

  /// An order leaves the gateway.
  private mutating func release(
    _ request: OrderRequest, _ issued: (id: VenueOrderID, number: Int64), isCancelled: Bool,
    _ now: VenueTime
  ) -> VenueResult {
    if isLate(request.processBefore, now) {
      return reject(request, issued, "wouldProcessAfterSpecifiedTime", now)
    }
    return take(request, issued, isReleased: true, isCancelled: isCancelled, now)
  }
}
