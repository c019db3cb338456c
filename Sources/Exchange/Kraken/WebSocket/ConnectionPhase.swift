/// Where the one connection stands.
///
///     phase       trigger     next         and then
///     idle        wanted      connecting   connect
///     waiting     due         connecting   connect
///     connecting  opened      live         ask for the challenge and everything that is wanted
///     connecting  lost, late  waiting      longer than the time before
///     live        lost        waiting      say so, forget what was heard, ask for nothing
///     live        silent      waiting      the same, and close
///     live        flooded     waiting      the same, and close
///
/// Everything else changes nothing: it belongs to a connection that is gone.
enum ConnectionPhase: String, CaseIterable, Sendable {
  case idle
  case waiting
  case connecting
  case live

  enum Trigger: String, CaseIterable, Sendable {
    case wanted
    case due
    case opened
    case lost
    case late
    case silent
    case flooded
  }

  func next(_ trigger: Trigger) -> ConnectionPhase? {
    switch (self, trigger) {
    case (.idle, .wanted), (.waiting, .due): .connecting
    case (.connecting, .opened): .live
    case (.connecting, .lost), (.connecting, .late): .waiting
    case (.live, .lost), (.live, .silent), (.live, .flooded): .waiting
    default: nil
    }
  }
}
