/// Why the archive cannot be used: one line with the remedy.
package enum CandleStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(path: String)
  /// A file of something else.
  case foreign(path: String)
  case newerSchema(path: String, found: Int, known: Int)
  /// Another process held it longer than we wait.
  case busy(path: String)
  /// The disk is full; nothing of the batch is in the archive.
  case full(path: String)
  case unusable(path: String, why: String)

  package var description: String {
    switch self {
    case .missing(let path):
      "unable to open archive \(path): no such file: import candles first, or give --archive"
    case .foreign(let path):
      "unable to open archive \(path): it is no archive of candles: give another --archive"
    case .newerSchema(let path, let found, let known):
      "unable to open archive \(path): its schema \(found) is newer than \(known): use the newer "
        + "program"
    case .busy(let path):
      "unable to use archive \(path): another process holds it: try again"
    case .full(let path):
      "unable to write archive \(path): the disk is full: make room and repeat the import"
    case .unusable(let path, let why):
      "unable to use archive \(path): \(why): check the file and its folder"
    }
  }
}
