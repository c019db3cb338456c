import Domain
import Exchange

/// Asks and hears the venue on behalf of `FeedMachine`, and puts all of it on a tape.
///
/// Invariant: the machine is stepped in turns only, each with one reading of the clocks: first the
/// archive's answers, then the venue's, then what was heard. `FeedReplay` does the same.
final class FeedDriver {
  private let venue: KrakenFutures
  private let stream: KrakenFuturesStream?
  private let tape: FeedTape?
  private(set) var machine: FeedMachine

  /// Where the venue is and how patient it is asked.
  struct Venue {
    let url: String
    let requestMilliseconds: Int64
    let connectMilliseconds: Int64
  }

  init(_ address: Venue, _ start: RecordedStart, tape: FeedTape?) throws {
    machine = FeedMachine(settings: start.settings, places: start.places)
    venue = try KrakenFutures(
      KrakenFutures.Settings(
        url: address.url, requestTimeoutMilliseconds: address.requestMilliseconds,
        connectTimeoutMilliseconds: address.connectMilliseconds),
      credentials: nil)
    stream =
      start.settings.usesStream
      ? try KrakenFuturesStream(
        url: address.url, connectTimeoutMilliseconds: address.connectMilliseconds,
        seed: start.seed) : nil
    self.tape = tape
    guard let tape else { return }
    venue.tap = { tape.take($0) }
    stream?.tap = { tape.take($0) }
  }

  var descriptors: [PollDescriptor] { venue.descriptors + (stream?.descriptors ?? []) }

  /// When `turn` is due though nothing has happened.
  func wake(now: MachineTime) -> MachineTime {
    let due = [machine.wake(now: now), venue.deadline, stream?.deadline].compactMap { $0 }
    return due.min() ?? now.advanced(byMilliseconds: 1000)
  }

  /// Makes one turn, and returns what is left to be done.
  ///
  /// `ready` are the descriptors on which something happened.
  func turn(
    ready: [PollDescriptor], archived: [[SeriesID: [Candle]]] = [], now: FeedTime
  ) -> [FeedEffect] {
    var left: [FeedEffect] = []
    tape?.begin(now)
    for candles in archived {
      tape?.take(candles)
      step(.archived(candles), now, &left)
    }
    for report in venue.advance(ready: ready, now: now.machine) {
      step(.report(report), now, &left)
    }
    let heard = stream?.advance(now: now.machine, wall: now.wall) ?? []
    step(heard.isEmpty ? .tick : .stream(heard), now, &left)
    tape?.end(isDrained: stream?.isDrained ?? true)
    return left
  }

  private func step(_ event: FeedEvent, _ now: FeedTime, _ left: inout [FeedEffect]) {
    for effect in machine.step(event, now: now) {
      switch effect {
      case .request(let request, let tag): venue.start(request, tag: tag)
      case .follow(let instruments):
        stream?.learn(instruments)
        stream?.subscribe(.trades, instruments.map(\.id))
        stream?.subscribe(.tickers, instruments.map(\.id))
      case .publish(let body):
        tape?.published(body)
        left.append(effect)
      case .remember, .ready, .alert, .recall, .keep: left.append(effect)
      }
    }
  }
}
