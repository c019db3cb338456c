import Archive
import Daemon
package import Domain
import Wire

/// Hears a venue and does nothing but write it down, for `interlock data record`.
package final class FeedRecording {
  /// What became of it.
  package struct Outcome: Sendable {
    package var instruments = 0
    package var candles: UInt64 = 0
    package var trades: UInt64 = 0
    package var gaps: UInt64 = 0
    package var messages: Int64 = 0
    package var dropped: Int64 = 0
    /// Why it ended before its time.
    package var stopped: String?
  }

  private let recorder: FeedRecorder
  private let driver: FeedDriver
  private let poller = Poller()

  /// Records into `folder`, which exists; throws for an address that is none.
  package init(
    url: String, folder: String, megabytes: Int, instruments: [InstrumentID],
    timeframe: Timeframe
  ) throws {
    var limits = RecordingLimits()
    limits.totalBytes = megabytes << 20
    limits.fileBytes = min(limits.fileBytes, limits.totalBytes / 4)
    recorder = FeedRecorder(folder: folder, limits: limits)
    var settings = FeedSettings()
    settings.instruments = instruments
    settings.timeframe = timeframe
    settings.usesStream = true
    let seed = UInt64(bitPattern: Clock.wallMilliseconds())
    let start = RecordedStart(settings: settings, places: [:], seed: seed, epoch: seed)
    driver = try FeedDriver(
      FeedDriver.Venue(url: url, requestMilliseconds: 5000, connectMilliseconds: 3000), start,
      tape: FeedTape(recorder.recorder, start, now: Self.clock()))
  }

  private static func clock() -> FeedTime {
    FeedTime(
      machine: MachineTime(nanoseconds: Clock.machineNanoseconds()),
      wall: WallTime(milliseconds: Clock.wallMilliseconds()))
  }

  /// Records until `end`, or until `mustEnd` says so, which is asked when `descriptor` is readable;
  /// `told` is given what an operator should know.
  package func run(
    until end: MachineTime?, descriptor: Int32, mustEnd: () -> Bool, told: (String) -> Void
  ) throws -> Outcome {
    while !recorder.hasStopped {
      let before = Self.clock().machine
      if let end, end <= before { break }
      let until = min(
        driver.wake(now: before), before.advanced(byMilliseconds: 250),
        end
          ?? before.advanced(
            byMilliseconds: 250))
      let ready = try poller.wait(
        sockets: [],
        descriptors: driver.descriptors + [PollDescriptor(descriptor: descriptor)],
        until: until, now: before)
      if mustEnd() { break }
      for effect in driver.turn(ready: ready.descriptors, now: Self.clock()) {
        if case .alert(let text) = effect { told(text) }
      }
      recorder.news().forEach(told)
    }
    recorder.recorder.close()
    recorder.news().forEach(told)
    let machine = driver.machine
    let counts = recorder.recorder.counts
    return Outcome(
      instruments: machine.feeds.count, candles: machine.published, trades: machine.trades,
      gaps: machine.gaps, messages: counts.taken, dropped: counts.dropped,
      stopped: recorder.hasStopped ? recorder.word : nil)
  }
}
