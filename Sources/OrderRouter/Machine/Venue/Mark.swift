import Domain

/// A mark price and when it was heard.
struct Mark: Hashable, Sendable {
  let price: Price
  let at: MachineTime
}
