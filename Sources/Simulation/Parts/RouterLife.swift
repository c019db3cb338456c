import Domain
import OrderRouter
import Wire

/// One life of the router's process: the real machine, and what its shell holds in memory.
final class RouterLife {
  /// What waits for the next turn.
  enum Input {
    case frame(LinkFrame, from: LinkReceiver.Peer)
    case report(VenueReport)
    case stream(StreamEvent)
    case tickers([Ticker])
    case command(RouterCommand)
  }

  let number: Int
  var machine: RouterMachine
  var receiver: LinkReceiver
  var clock = VenueClock()
  var inputs: [Input] = []
  var offers: [UInt64: LinkDelivery.Key] = [:]
  var nextOffer: UInt64 = 1
  /// Requests whose outcome has not come, and when they left.
  var underWay: [UInt64: (request: VenueRequest, at: Int64)] = [:]
  /// When the turn that is scheduled happens; nil when none is.
  var turnAt: Int64?
  /// Until then it waits for the disk.
  var busyUntil: Int64 = 0
  let startedAt: Int64

  init(number: Int, machine: RouterMachine, startedAt: Int64) {
    self.number = number
    self.machine = machine
    self.startedAt = startedAt
    receiver = LinkReceiver(epoch: UInt64(number), token: Gate.token, build: Gate.build)
  }
}
