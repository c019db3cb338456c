import Dispatch
package import Domain
import Foundation
import Synchronization

/// Keeps every message it is given, with both clocks, on a thread of its own.
///
/// Invariants:
/// 1. `append` never waits for the disk and never throws: trading data goes on whatever happens
///    here.
/// 2. A message that is not kept leaves a hole in the numbers, so that a reader knows.
/// 3. After the first failure (a full disk) nothing is written any more and `onEvent` has said so
///    once.
///
/// Its thread holds it until `close`.
package final class Recorder: Sendable {
  /// What the owner should tell people.
  package enum Event: Hashable, Sendable {
    /// Nothing is recorded any more.
    case stopped(reason: String)
    /// Messages that were not kept because the disk was too slow, since the last such event.
    case dropped(count: Int)
  }

  /// What has happened so far.
  package struct Counts: Hashable, Sendable {
    /// Taken into the queue.
    package internal(set) var taken: Int64 = 0
    /// Too large, too many for the disk, or after the stop.
    package internal(set) var dropped: Int64 = 0
  }

  private struct Queue {
    var messages: [RecordedMessage] = []
    var bytes = 0
    var number: Int64 = 0
    var counts = Counts()
    var newlyDropped = 0
    var isOpen = true
    var hasFailed = false
  }

  private let life = UInt64.random(in: 1...UInt64.max)
  private let limits: RecordingLimits
  private let queue = Mutex(Queue())
  private let work = DispatchSemaphore(value: 0)
  private let urgent = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)
  private let onEvent: @Sendable (Event) -> Void

  /// Starts recording into `folder`, which exists; `onEvent` is called on the recorder's thread.
  package convenience init(
    folder: String, limits: RecordingLimits = RecordingLimits(),
    onEvent: @escaping @Sendable (Event) -> Void
  ) {
    self.init(
      folder: folder, limits: limits, create: { RecordingWriter.createFile($0) }, onEvent: onEvent)
  }

  init(
    folder: String, limits: RecordingLimits, create: @escaping @Sendable (String) -> Int32,
    onEvent: @escaping @Sendable (Event) -> Void
  ) {
    self.limits = limits
    self.onEvent = onEvent
    let life = life
    let thread = Thread { [self] in
      run(RecordingWriter(folder: folder, limits: limits, life: life, create: create))
    }
    thread.name = "recorder"
    thread.start()
  }

  package var counts: Counts { queue.withLock { $0.counts } }

  /// Keeps `text`; false when it is not kept.
  @discardableResult
  package func append(
    channel: String, text: String, wall: WallTime, machine: MachineTime
  ) -> Bool {
    append(channel: channel, bytes: Array(text.utf8), wall: wall, machine: machine)
  }

  /// Keeps `bytes`; false when they are not kept.
  @discardableResult
  package func append(
    channel: String, bytes: [UInt8], wall: WallTime, machine: MachineTime
  ) -> Bool {
    let signals = queue.withLock { queue -> (isKept: Bool, wake: Bool, hurry: Bool) in
      queue.number += 1
      let isFit = bytes.count <= RecordedMessage.mostBytes && RecordedMessage.isChannel(channel)
      guard queue.isOpen, !queue.hasFailed, isFit,
        queue.bytes + bytes.count <= limits.queueBytes || queue.messages.isEmpty
      else {
        queue.counts.dropped += 1
        if queue.isOpen, !queue.hasFailed { queue.newlyDropped += 1 }
        return (false, false, false)
      }
      let wasBelow = queue.bytes < limits.blockBytes
      queue.messages.append(
        RecordedMessage(
          life: life, number: queue.number, channel: channel, wall: wall, machine: machine,
          bytes: bytes))
      queue.bytes += bytes.count
      queue.counts.taken += 1
      return (true, queue.messages.count == 1, wasBelow && queue.bytes >= limits.blockBytes)
    }
    if signals.wake { work.signal() }
    if signals.hurry { urgent.signal() }
    return signals.isKept
  }

  /// Writes what is queued and ends the thread; returns when that is done.
  package func close() {
    let wasOpen = queue.withLock { queue in
      defer { queue.isOpen = false }
      return queue.isOpen
    }
    guard wasOpen else { return }
    work.signal()
    urgent.signal()
    finished.wait()
  }

  private func run(_ writer: RecordingWriter) {
    var isOpen = true
    while isOpen {
      work.wait()
      if queue.withLock({ $0.isOpen }) {
        _ = urgent.wait(timeout: .now() + .milliseconds(limits.flushMilliseconds))
      }
      let (messages, dropped, open, hasFailed) = queue.withLock { queue in
        defer {
          queue.messages.removeAll(keepingCapacity: queue.bytes < limits.blockBytes * 4)
          queue.bytes = 0
          queue.newlyDropped = 0
        }
        return (queue.messages, queue.newlyDropped, queue.isOpen, queue.hasFailed)
      }
      isOpen = open
      if dropped > 0 { onEvent(.dropped(count: dropped)) }
      guard !hasFailed else { continue }
      do throws(RecordingWriter.Failure) {
        for message in messages { try writer.append(message) }
        try writer.flush()
      } catch {
        queue.withLock { $0.hasFailed = true }
        onEvent(.stopped(reason: error.description))
      }
    }
    finished.signal()
  }
}
