import Daemon

/// One alert and how far each channel is with it.
struct AlertJob: Equatable {
  enum State: Equatable {
    /// Until that machine time.
    case waiting(Int64)
    case inFlight
    /// Nil when it was delivered, else why not.
    case over(String?)
  }

  struct Delivery: Equatable {
    let channel: AlertChannel
    var state: State
    var tries = 0

    init(channel: AlertChannel, due: Int64) {
      self.channel = channel
      state = .waiting(due)
    }

    var due: Int64? {
      if case .waiting(let due) = state { due } else { nil }
    }
  }

  /// How it ended on one channel; `failure` is nil when it was delivered.
  struct Result: Equatable {
    let channel: AlertChannel
    let failure: String?
  }

  let alert: Alert
  let isSilent: Bool
  var deliveries: [Delivery]

  var isOver: Bool { results.count == deliveries.count }

  var results: [Result] {
    deliveries.compactMap { delivery in
      guard case .over(let failure) = delivery.state else { return nil }
      return Result(channel: delivery.channel, failure: failure)
    }
  }
}

/// A time in which repetitions of one event of one stage are counted instead of told.
struct RepeatWindow {
  let end: Int64
  private(set) var repetitions = 0
  private(set) var last: Alert?

  init(end: Int64) {
    self.end = end
  }

  mutating func count(_ alert: Alert) {
    repetitions += 1
    last = alert
  }
}
