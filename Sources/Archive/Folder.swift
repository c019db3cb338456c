import Glibc

/// The files of a folder on disk.
enum Folder {
  /// Most entries that are looked at.
  static let mostEntries = 10_000

  /// Paths of the regular files in `folder`, sorted; hidden ones and folders are passed over.
  static func files(of folder: String) throws(ArchiveError) -> [String] {
    guard let stream = opendir(folder) else {
      throw ArchiveError(
        .unreadable, folder, String(cString: strerror(errno)), remedy: "let this user read it")
    }
    defer { closedir(stream) }
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    var paths: [String] = []
    var entries = 0
    while let entry = readdir(stream) {
      entries += 1
      guard entries <= mostEntries else {
        throw ArchiveError(
          .tooLarge, folder, "more than \(mostEntries) entries", remedy: "name the files instead")
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      let path = base + name
      if !name.hasPrefix("."), PathKind(path) == .file { paths.append(path) }
    }
    return paths.sorted()
  }

  /// One spelling per file.
  static func canonical(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
