import Domain
import Foundation

// Intents of the router's own making as messages.

extension ExitIntent {
  func proto(_ hash: IntentHash) -> ProtoExitAccepted {
    var proto = ProtoExitAccepted()
    proto.intentHash = Data(hash.bytes)
    proto.instrument = instrument.symbol
    proto.direction = direction.proto
    proto.positionHash = Data(position.bytes)
    proto.reason = reason.proto
    proto.generation = UInt32(clamping: generation)
    proto.quantityLots = quantity.lots
    return proto
  }

  init(_ proto: ProtoExitAccepted) throws(WireError) {
    guard let reason = ExitReason.allCases.first(where: { $0.proto == proto.reason }) else {
      throw .malformed("exit reason \(proto.reason.rawValue) is unknown")
    }
    self.init(
      instrument: try Bounds.instrument(proto.instrument),
      direction: try Direction(proto.direction), position: try Bounds.hash(proto.positionHash),
      reason: reason, generation: Int(proto.generation),
      quantity: try Bounds.quantity(proto.quantityLots, "quantity"))
  }
}

extension Adoption {
  func proto(_ hash: IntentHash) -> ProtoAdopted {
    var proto = ProtoAdopted()
    proto.intentHash = Data(hash.bytes)
    proto.instrument = instrument.symbol
    proto.direction = direction.proto
    proto.quantityLots = quantity.lots
    proto.stopTicks = stop.ticks
    proto.number = UInt32(clamping: number)
    return proto
  }

  init(_ proto: ProtoAdopted) throws(WireError) {
    self.init(
      instrument: try Bounds.instrument(proto.instrument),
      direction: try Direction(proto.direction),
      quantity: try Bounds.quantity(proto.quantityLots, "quantity"),
      stop: try Bounds.price(proto.stopTicks, "stop"), number: Int(proto.number))
  }
}

extension ExitReason {
  fileprivate var proto: ProtoExitReason {
    switch self {
    case .strategy: .strategy
    case .operator: .operator
    case .killSwitch: .killSwitch
    case .unprotectable: .unprotectable
    case .takeProfit: .takeProfit
    }
  }
}
