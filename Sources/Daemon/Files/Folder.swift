import CLinux
import Glibc

/// Folders of ours: private to the user, checked before anything relies on them.
package enum Folder {
  /// Makes `path` and what is missing above it, mode 0700, and proves that it can be written.
  ///
  /// A folder that exists must belong to this user and be closed to others.
  package static func prepare(_ path: String, flag: String) throws(Fatal) {
    try make(path, flag: flag)
    var information = stat()
    guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
      throw Fatal(.badConfiguration, "unable to use \(path): not a folder: give \(flag) a folder")
    }
    guard information.st_uid == geteuid() else {
      throw Fatal(
        .badConfiguration,
        "unable to use \(path): it belongs to user \(information.st_uid): "
          + "give \(flag) a folder of your own")
    }
    guard information.st_mode & 0o077 == 0 || chmod(path, 0o700) == 0 else {
      throw Fatal(
        .badConfiguration, "unable to close \(path) to others: \(SystemError.text()): chmod 700")
    }
    let probe = "\(path)/.writable.\(getpid())"
    let descriptor = open(probe, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Fatal(
        SystemError.exitCode(errno),
        "unable to write to \(path): \(SystemError.text()): give \(flag) a writable folder")
    }
    close(descriptor)
    unlink(probe)
  }

  /// Makes the folder of a file that only this user may see, when there is none.
  package static func prepareParent(of path: String) throws(Fatal) { try makeParent(of: path) }

  /// Makes the folder of a file that is about to be made.
  static func makeParent(of path: String) throws(Fatal) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    try make(String(path[..<slash]), flag: "the path")
  }

  private static func make(_ path: String, flag: String) throws(Fatal) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/\(part)"
      guard mkdir(made, 0o700) != 0 else { continue }
      let code = errno
      guard code != EEXIST else { continue }
      throw Fatal(
        SystemError.exitCode(code),
        "unable to make folder \(made): \(SystemError.text(code)): give \(flag) a writable folder")
    }
  }
}
