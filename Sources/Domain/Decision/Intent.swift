/// What the router has made its own.
package enum Intent: Hashable, Sendable {
  case entry(OrderIntent)
  case exit(ExitIntent)
  case adoption(Adoption)

  package var instrument: InstrumentID {
    switch self {
    case .entry(let entry): entry.signal.instrument
    case .exit(let exit): exit.instrument
    case .adoption(let adoption): adoption.instrument
    }
  }

  /// Of the position that it opens, closes or takes over.
  package var direction: Direction {
    switch self {
    case .entry(let entry): entry.signal.direction
    case .exit(let exit): exit.direction
    case .adoption(let adoption): adoption.direction
    }
  }

  package var kind: Kind {
    switch self {
    case .entry: .entry
    case .exit: .exit
    case .adoption: .adoption
    }
  }

  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case entry
    case exit
    case adoption
  }
}
