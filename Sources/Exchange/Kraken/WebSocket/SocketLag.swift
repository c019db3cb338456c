import Domain

/// How far behind what is heard may be.
///
/// A message that comes after a silence may be as old as the silence. Heartbeats carry the venue's
/// wall clock: how much later than the quickest of this connection one came is how late it was.
struct SocketLag: Sendable {
  /// A silence shorter than this is the venue's own rhythm.
  private static let rhythm: Int64 = 1500

  private var least: Int64?
  private(set) var milliseconds: Int64 = 0

  mutating func heard(after silence: Int64) {
    if silence > Self.rhythm { milliseconds = max(milliseconds, silence) }
  }

  mutating func heartbeat(_ time: WallTime, at wall: WallTime) {
    let (apart, overflow) = wall.milliseconds.subtractingReportingOverflow(time.milliseconds)
    guard !overflow else { return }
    least = min(least ?? apart, apart)
    milliseconds = apart - (least ?? apart)
  }
}
