import CLinux
import Daemon
import Domain
import Exchange
import Glibc
import Synchronization

/// Listens to another venue on a thread of its own, and passes questions on to it.
///
/// What is heard goes into a mailbox with a bound, which the venue here empties whenever it looks
/// at its market. The stream connects and subscribes again by itself, and says what it lost.
///
/// Invariants: 1. Every question is answered once, also one that cannot be passed on. 2. At most
/// `mostQuestions` are under way. 3. The terms of the instruments are read again every hour; one
/// whose steps have changed is not traded here until the next start.
final class MarketFollower: Sendable {
  typealias Answer = @Sendable (VenueOutcome) -> Void

  static let mostQuestions = 32
  private static let reread: Int64 = 3_600_000
  /// Between two tries to read the terms.
  private static let retry: Int64 = 60_000

  private struct Questions: Sendable {
    var new: [(request: VenueRequest, answer: Answer)] = []
    var underWay = 0
    var asked = 0
    var unanswered = 0
  }

  let url: String
  let mailbox: FollowedMailbox
  private let questions = Mutex(Questions())
  private let bell: Int32
  private let log: Log

  init(url: String, log: Log) throws(Fatal) {
    self.url = url
    self.log = log
    mailbox = FollowedMailbox(now: Self.now)
    bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard bell >= 0 else {
      throw Fatal(.internalError, "unable to follow \(url): eventfd: \(SystemError.text())")
    }
  }

  deinit {
    close(bell)
  }

  private static var now: MachineTime { MachineTime(nanoseconds: Clock.machineNanoseconds()) }

  /// Passes a question on; the answer comes on another thread.
  func ask(_ request: VenueRequest, _ answer: @escaping Answer) {
    let isTaken = questions.withLock { questions in
      questions.asked += 1
      guard questions.underWay < Self.mostQuestions else {
        questions.unanswered += 1
        return false
      }
      questions.underWay += 1
      questions.new.append((request, answer))
      return true
    }
    guard isTaken else {
      return answer(.ambiguous(why: "\(Self.mostQuestions) questions are under way"))
    }
    var one: UInt64 = 1
    _ = write(bell, &one, 8)
  }

  // MARK: - The thread

  /// What the thread is given; it lives as long as the process.
  private final class Life {
    let follower: MarketFollower
    let settings: FollowedVenue.Settings
    let instruments: [Instrument]

    init(
      _ follower: MarketFollower, _ settings: FollowedVenue.Settings, _ instruments: [Instrument]
    ) {
      self.follower = follower
      self.settings = settings
      self.instruments = instruments
    }
  }

  /// Listens from now on, until the process ends.
  func start(_ settings: FollowedVenue.Settings, _ instruments: [Instrument]) throws(Fatal) {
    let life = Unmanaged.passRetained(Life(self, settings, instruments))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let life = Unmanaged<Life>.fromOpaque(context).takeRetainedValue()
        life.follower.run(life.settings, life.instruments)
        return nil
      }, life.toOpaque())
    guard code == 0 else {
      life.release()
      throw Fatal(.internalError, "unable to follow \(url): no thread: \(code)")
    }
    pthread_detach(thread)
  }

  private func run(_ settings: FollowedVenue.Settings, _ instruments: [Instrument]) {
    let venue: FollowedVenue
    do throws(Fatal) {
      venue = try FollowedVenue(settings)
    } catch {
      // Its like was made at the start.
      log.fatal(error)
      StageHost.leave(error.code)
    }
    var terms: UInt64? = venue.ask(.instruments)
    var seed = UInt64(bitPattern: Clock.wallMilliseconds())
    var pending: [UInt64: Answer] = [:]
    var termsDue = Self.now.advanced(byMilliseconds: Self.reread)
    var before = FollowedCounts()
    while true {
      seed &+= 1
      guard let stream = open(venue, instruments, seed) else {
        // Descriptors may run out; until it listens again every market here is closed.
        poll(nil, 0, 1000)
        continue
      }
      var isKept = true
      while isKept {
        let limit = Self.now.advanced(byMilliseconds: 250)
        for report in venue.answers(stream, bell: bell, until: limit) {
          if let answer = pending.removeValue(forKey: report.tag) {
            finish(report.outcome, answer)
          } else if report.tag == terms {
            terms = nil
            let isRead = compare(report.outcome, with: instruments)
            termsDue = Self.now.advanced(byMilliseconds: isRead ? Self.reread : Self.retry)
          }
        }
        for (request, answer) in newQuestions() { pending[venue.ask(request)] = answer }
        if terms == nil, termsDue <= Self.now { terms = venue.ask(.instruments) }
        let wall = WallTime(milliseconds: Clock.wallMilliseconds())
        let events = stream.advance(now: Self.now, wall: wall)
        isKept = mailbox.post(
          events, heardAt: Self.now, counts: counts(stream.counts, after: before))
      }
      before = counts(stream.counts, after: before)
      log.warning("more was heard than was taken: listening anew", ["url": url])
    }
  }

  private func open(
    _ venue: FollowedVenue, _ instruments: [Instrument], _ seed: UInt64
  ) -> KrakenFuturesStream? {
    do throws(ExchangeError) {
      return try venue.listen(to: instruments, seed: seed)
    } catch {
      log.error("not listening", ["url": url, "reason": "\(error)"])
      return nil
    }
  }

  private func newQuestions() -> [(request: VenueRequest, answer: Answer)] {
    var count: UInt64 = 0
    _ = read(bell, &count, 8)
    return questions.withLock { questions in
      defer { questions.new = [] }
      return questions.new
    }
  }

  private func finish(_ outcome: VenueOutcome, _ answer: Answer) {
    questions.withLock { questions in
      questions.underWay -= 1
      if case .answer = outcome { return }
      questions.unanswered += 1
    }
    answer(outcome)
  }

  /// Notes whose steps are not those they were listed with; false when nothing could be read.
  private func compare(_ outcome: VenueOutcome, with listed: [Instrument]) -> Bool {
    guard case .answer(.instruments(let list)) = outcome else { return false }
    let read = Dictionary(list.map { ($0.id, $0) }) { first, _ in first }
    var objections: [InstrumentID: String] = [:]
    for instrument in listed {
      guard let now = read[instrument.id] else {
        objections[instrument.id] = "its venue lists it no longer"
        continue
      }
      if now.tickSize != instrument.tickSize || now.lotSize != instrument.lotSize {
        objections[instrument.id] = "its steps have changed: restart paper-venue"
      } else if !now.tradeable {
        objections[instrument.id] = "its venue says that it is not tradeable"
      }
    }
    mailbox.object(objections)
    return true
  }

  private func counts(_ stream: StreamCounts, after before: FollowedCounts) -> FollowedCounts {
    let (asked, unanswered) = questions.withLock { ($0.asked, $0.unanswered) }
    return FollowedCounts(
      messages: before.messages + stream.messages, malformed: before.malformed + stream.malformed,
      connections: before.connections + stream.connections, questions: asked,
      unanswered: unanswered)
  }
}
