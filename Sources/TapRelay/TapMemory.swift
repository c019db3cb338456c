import Domain

/// The newest frames of the tap, for a listener that comes late or was away.
///
/// Invariants: 1. Bounded in bytes and in number; the oldest go first. 2. Numbers follow each other
/// without a gap.
struct TapMemory {
  static let mostBytes = 8 << 20
  static let mostFrames = 65_536
  /// One answer holds no more than about this, so that a turn of the loop stays short.
  static let answerBytes = 256 << 10

  /// A ring that grows up to `mostFrames` places.
  private var ring: [[UInt8]] = []
  private var start = 0
  private var bytes = 0
  /// Number of the newest frame; 0 before the first.
  private(set) var newest: UInt64 = 0
  private(set) var count = 0

  /// Number of the oldest frame that is kept; one above the newest when none is.
  var oldest: UInt64 { newest + 1 - UInt64(count) }

  mutating func add(_ number: UInt64, _ frame: [UInt8]) {
    invariant(number == newest + 1, "frames are numbered one after the other")
    newest = number
    while count > 0, count == Self.mostFrames || bytes + frame.count > Self.mostBytes {
      forgetOldest()
    }
    guard frame.count <= Self.mostBytes else { return }
    if count == ring.count {
      // Only while it grows: later the place of the oldest is free.
      if start > 0 {
        ring = Array(ring[start...] + ring[..<start])
        start = 0
      }
      ring.append(frame)
    } else {
      ring[(start + count) % ring.count] = frame
    }
    count += 1
    bytes += frame.count
  }

  private mutating func forgetOldest() {
    bytes -= ring[start].count
    ring[start] = []
    start = (start + 1) % ring.count
    count -= 1
  }

  /// Frames from `number` on, or from the oldest, as many as one answer holds.
  func frames(from number: UInt64) -> (first: UInt64, frames: [[UInt8]]) {
    let first = max(number, oldest)
    var frames: [[UInt8]] = []
    var size = 0
    while first + UInt64(frames.count) <= newest {
      let place = Int(first + UInt64(frames.count) - oldest)
      let frame = ring[(start + place) % ring.count]
      size += frame.count
      guard size <= Self.answerBytes || frames.isEmpty else { break }
      frames.append(frame)
    }
    return (first, frames)
  }
}
