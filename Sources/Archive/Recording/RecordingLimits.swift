/// How large a recording may become.
package struct RecordingLimits: Hashable, Sendable {
  /// A file larger than this is followed by a new one.
  package var fileBytes = 64 << 20
  /// A file older than this is followed by a new one.
  package var fileMilliseconds: Int64 = 3_600_000
  /// Of all files; the oldest go first.
  package var totalBytes = 4 << 30
  package var mostFiles = 9_000
  /// Unpacked size of a block.
  package var blockBytes = 256 << 10
  /// What may wait for a slow disk; beyond it messages are counted instead of kept.
  package var queueBytes = 16 << 20
  /// A message is on disk after this long.
  package var flushMilliseconds = 1_000

  package init() {}
}
