import Glibc

/// The files of a recording: `00000001.rec.gz`, `00000002.rec.gz` and so on, oldest first.
///
/// Numbers, not times, order them: a wall clock may jump.
struct RecordingFolder {
  static let suffix = ".rec.gz"
  private static let digits = 8

  /// One file.
  struct File: Hashable {
    let number: Int
    let path: String
    let bytes: Int
  }

  let path: String

  init(_ path: String) {
    self.path = path
  }

  func path(_ number: Int) -> String {
    let text = String(number)
    let zeros = String(repeating: "0", count: max(0, Self.digits - text.count))
    return "\(path)/\(zeros)\(text)\(Self.suffix)"
  }

  /// In order of their numbers; files of other names are passed over.
  func files() throws(ArchiveError) -> [File] {
    try Folder.files(of: path).compactMap { path -> File? in
      let name = path.split(separator: "/").last ?? ""
      guard name.hasSuffix(Self.suffix) else { return nil }
      let digits = name.dropLast(Self.suffix.count)
      guard digits.utf8.count == Self.digits, let number = Int(digits), number > 0 else {
        return nil
      }
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      return File(number: number, path: path, bytes: Int(status.st_size))
    }.sorted { $0.number < $1.number }
  }
}
