import Domain

// Changing an open order.
extension VenueMachine {
  /// Changes an open order; nil when the request is held in the gateway.
  package mutating func edit(
    _ request: EditRequest, ticket: Int64 = 0, now: VenueTime
  ) -> VenueResult? {
    let order = find(request.order)
    let hold = order.map { holdTime($0.instrument, isPostOnly: $0.kind == .postOnly) } ?? 0
    let isChecked = hold == 0 || book.policies.deadline == .receipt
    if isChecked, isLate(request.processBefore, now) {
      return VenueResult(word: "wouldProcessAfterSpecifiedTime", order: nil)
    }
    guard hold > 0 else { return change(request, now) }
    guard held.count < Self.mostHeld else { return VenueResult(word: "tooManyOrders", order: nil) }
    held.append(
      HeldRequest(
        ticket: ticket, releasedAt: now.wall.advanced(byMilliseconds: hold), order: nil,
        action: .edit(request)))
    return nil
  }

  mutating func change(
    _ request: EditRequest, isReleased: Bool = false, _ now: VenueTime
  ) -> VenueResult {
    guard let old = find(request.order), old.status == .open else {
      return VenueResult(word: "orderForEditNotFound", order: nil)
    }
    switch Self.changed(old, by: request) {
    case .failure(let refusal): return VenueResult(word: refusal.word, order: old)
    case .success(var order):
      order.updatedAt = now.wall
      if let word = refusal(order, changing: old, cancelsOwn: isReleased) {
        return VenueResult(word: word, order: old)
      }
      record(.order(order, reason: .edited, old: old), now)
      let fills = order.isWaiting ? [] : executeEdited(order, now)
      return VenueResult(
        word: "edited", order: book.orders[order.id] ?? order, old: old, fills: fills)
    }
  }

  private struct EditRefusal: Error {
    let word: String
  }

  private static func changed(
    _ old: VenueOrder, by request: EditRequest
  ) -> Result<VenueOrder, EditRefusal> {
    var order = old
    if let quantity = request.quantity {
      // A sum of two quantities the parser took could overflow.
      guard quantity.lots <= Int64.max / 4 else {
        return .failure(EditRefusal(word: "invalidSize"))
      }
      order.quantity = request.isRelative ? quantity + old.filled : quantity
      guard order.quantity > old.filled else { return .failure(EditRefusal(word: "invalidSize")) }
    }
    if let trigger = request.trigger {
      guard old.kind != .trailingStop else {
        return .failure(EditRefusal(word: "cannotEditTriggerPriceOfTrailingStop"))
      }
      guard old.isWaiting else { return .failure(EditRefusal(word: "orderForEditNotAStop")) }
      order.trigger = trigger
    }
    if let limit = request.limit {
      guard old.kind != .trailingStop else {
        return .failure(EditRefusal(word: "cannotEditLimitPriceOfTrailingStop"))
      }
      order.limit = limit
    }
    if let trailing = request.trailing {
      guard old.kind == .trailingStop else {
        return .failure(EditRefusal(word: "orderForEditNotAStop"))
      }
      order.trailing = trailing
    }
    return .success(order)
  }

  /// An edited limit may cross now.
  private mutating func executeEdited(_ order: VenueOrder, _ now: VenueTime) -> [VenueFill] {
    for other in ownOrders(met: order) { end(other, .cancelled, .wouldExecuteSelf, now) }
    let fills = executeAsTaker(order, limit: order.limit, type: .takerAfterEdit, now)
    if let after = book.orders[order.id], after.status == .open, after.reduceOnly,
      executable(after) == .zero
    {
      end(after, .cancelled, .wouldNotReduce, now)
    }
    return fills
  }
}
