import Failpoint
import Glibc

/// The number of a stage's life: it grows with each start, also when the wall clock was set back.
///
/// Links and streams tell an earlier life from a later one by it, so a life that came out smaller
/// than the one before would be refused by its neighbours.
enum EpochFile {
  /// The wall clock in milliseconds, or one more than the last life's number if that is larger.
  static func next(_ stage: String, stateDirectory: String?) throws(Fatal) -> UInt64 {
    let wall = UInt64(clamping: Clock.wallMilliseconds())
    guard let stateDirectory else { return wall }
    let folder = "\(stateDirectory)/epochs"
    try Folder.prepare(folder, flag: "--state-dir")
    let path = "\(folder)/\(stage)"
    let last = try AtomicFile.readJSON(UInt64.self, from: path) ?? 0
    let epoch = max(wall, last + 1)
    let number = failpoint(.daemonEpochBefore)
    guard number == 0 else {
      throw Fatal(.tryAgain, "unable to write \(path): \(SystemError.text(number)): check the disk")
    }
    try AtomicFile.writeJSON(epoch, to: path, durable: true)
    failpoint(.daemonEpochAfter)
    return epoch
  }
}
