import Glibc

/// What a path leads to.
enum PathKind: Hashable, Sendable {
  case file
  case folder
  case other

  /// Nil when there is nothing, or nothing that may be seen.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    default: self = .other
    }
  }
}
