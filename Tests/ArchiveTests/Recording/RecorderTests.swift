import Domain
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Archive

@Suite("recorder")
struct RecorderTests {
  private final class Events: Sendable {
    private let list = Mutex<[Recorder.Event]>([])
    var all: [Recorder.Event] { list.withLock { $0 } }
    func add(_ event: Recorder.Event) { list.withLock { $0.append(event) } }
  }

  private let folder: MarketFolder
  private let events = Events()

  init() throws {
    folder = try MarketFolder()
  }

  private func items() throws -> [RecordingReader.Item] {
    var reader = try RecordingReader(folder: folder.path)
    var items: [RecordingReader.Item] = []
    while let item = reader.next() { items.append(item) }
    return items
  }

  private func texts() throws -> [String] {
    try items().map { item in
      guard case .message(let message) = item else { return "\(item)" }
      return message.text
    }
  }

  private func append(_ recorder: Recorder, _ text: String, _ index: Int = 0) -> Bool {
    recorder.append(
      channel: "ws-public", text: text, wall: WallTime(milliseconds: Int64(index)),
      machine: MachineTime(nanoseconds: Int64(index)))
  }

  @Test func `what was appended is in the files when it is closed`() throws {
    let recorder = Recorder(folder: folder.path, onEvent: events.add)
    for index in 0..<5000 { #expect(append(recorder, "message \(index)", index)) }
    recorder.close()
    recorder.close()
    #expect(try texts() == (0..<5000).map { "message \($0)" })
    #expect(recorder.counts.taken == 5000)
    #expect(!append(recorder, "late"))
    #expect(events.all.isEmpty)
  }

  @Test func `messages of many threads are all kept, each whole`() async throws {
    let recorder = Recorder(folder: folder.path, onEvent: events.add)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for index in 0..<500 {
            _ = recorder.append(
              channel: "rest", text: "\(task)-\(index)", wall: WallTime(milliseconds: 0),
              machine: MachineTime(nanoseconds: 0))
          }
        }
      }
    }
    recorder.close()
    let kept = try texts()
    #expect(kept.count == 2000)
    for task in 0..<4 {
      #expect(kept.filter { $0.hasPrefix("\(task)-") } == (0..<500).map { "\(task)-\($0)" })
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `without a close, messages reach the disk by themselves`() async throws {
    var limits = RecordingLimits()
    limits.flushMilliseconds = 20
    let recorder = Recorder(folder: folder.path, limits: limits, onEvent: events.add)
    #expect(append(recorder, "alone"))
    while (try? texts()) != ["alone"] { try await Task.sleep(for: .milliseconds(10)) }
    recorder.close()
  }

  /// /dev/full is the kernel's own full disk.
  @Test(.timeLimit(.minutes(1)))
  func `a full disk stops recording, is told once, and appending goes on without harm`()
    async throws
  {
    var limits = RecordingLimits()
    limits.flushMilliseconds = 10
    let recorder = Recorder(
      folder: folder.path, limits: limits, create: { _ in open("/dev/full", O_WRONLY) },
      onEvent: events.add)
    #expect(append(recorder, "first"))
    while events.all.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    for index in 0..<1000 { #expect(!append(recorder, "message \(index)")) }
    recorder.close()
    let reason = "unable to write \(folder.path): No space left on device"
    #expect(events.all == [.stopped(reason: reason)])
    #expect(recorder.counts.dropped == 1000)
  }

  @Test func `a folder that is not there stops recording with its reason`() throws {
    let recorder = Recorder(folder: folder.path + "/none", onEvent: events.add)
    _ = append(recorder, "first")
    recorder.close()
    guard case .stopped(let reason)? = events.all.first else {
      Issue.record("no event")
      return
    }
    #expect(reason.contains("/none"))
  }

  @Test func `more than the queue holds is dropped, counted, and seen as a hole`() throws {
    var limits = RecordingLimits()
    limits.queueBytes = 1000
    limits.blockBytes = 1 << 30
    limits.flushMilliseconds = 60_000
    let recorder = Recorder(folder: folder.path, limits: limits, onEvent: events.add)
    let text = String(repeating: "x", count: 300)
    let kept = (0..<5).map { _ in append(recorder, text) }
    #expect(kept == [true, true, true, false, false])
    recorder.close()
    #expect(events.all == [.dropped(count: 2)])
    #expect(try items().count == 3)
    #expect(recorder.counts == Recorder.Counts(taken: 3, dropped: 2))
  }

  @Test func `a message too large, or a channel that is no word, is not kept and leaves a hole`()
    throws
  {
    let recorder = Recorder(folder: folder.path, onEvent: events.add)
    #expect(append(recorder, "one"))
    let huge = [UInt8](repeating: 65, count: RecordedMessage.mostBytes + 1)
    let zero = MachineTime(nanoseconds: 0)
    #expect(
      !recorder.append(
        channel: "c", bytes: huge, wall: WallTime(milliseconds: 0), machine: zero))
    #expect(
      !recorder.append(
        channel: "a b\n", text: "x", wall: WallTime(milliseconds: 0), machine: zero))
    #expect(append(recorder, "four"))
    recorder.close()
    #expect(try items().count == 3)
    #expect(try items().contains(.missing(first: 2, last: 3)))
  }
}
