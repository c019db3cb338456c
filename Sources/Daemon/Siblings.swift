import Glibc

/// The executables of one build, which all lie in one folder, and the identity of that build.
///
/// The build id is digested from size and modification time of every executable, so it is the same
/// for all processes of one folder, costs ten stat calls, and changes with any rebuild, also with
/// one that happens under a running pipeline: a child of the new build refuses the old supervisor.
package struct Siblings: Sendable {
  /// Every executable of the package, in the order of the pipeline.
  package static let executables = [
    "supervisor", "market-data", "signal-service", "risk-gate", "order-router", "tap-relay",
    "alerter", "console", "paper-venue", "interlock",
  ]

  package let folder: String

  package init(folder: String) {
    self.folder = folder
  }

  /// The folder of the running process's own executable.
  package static func ofThisProcess() throws(Fatal) -> Siblings {
    guard let path = realpath("/proc/self/exe", nil) else {
      throw Fatal(.internalError, "unable to read /proc/self/exe: \(SystemError.text())")
    }
    defer { free(path) }
    let text = String(cString: path)
    return Siblings(folder: String(text[..<(text.lastIndex(of: "/") ?? text.startIndex)]))
  }

  /// The path of a sibling, or why it cannot be started.
  package func path(of executable: String) throws(Fatal) -> String {
    let path = "\(folder)/\(executable)"
    guard access(path, X_OK) == 0 else {
      throw Fatal(
        .badConfiguration,
        "unable to find executable \(path): \(SystemError.text()): build all products")
    }
    return path
  }

  /// Sixteen hexadecimal digits that every process of this build agrees on.
  package var build: String {
    var digest = Digest()
    for name in Self.executables {
      var information = stat()
      if stat("\(folder)/\(name)", &information) == 0 {
        let modified = information.st_mtim
        digest.add("\(name) \(information.st_size) \(modified.tv_sec).\(modified.tv_nsec)\n")
      } else {
        digest.add("\(name) absent\n")
      }
    }
    return digest.hexadecimal
  }
}
