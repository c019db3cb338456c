import CLinux
import Glibc

/// A strategy that is a program of its own: any executable, named by its file.
///
/// The name is the strategy's id: the file's name up to its first dot, with `_` as `-`.
package struct StrategyProgram: Equatable, Sendable {
  package static let most = 16

  package let name: String
  package let path: String

  /// The programs in `paths`, each of another name, or the file that cannot be one.
  package static func read(_ paths: [String]) throws(Fatal) -> [StrategyProgram] {
    guard paths.count <= most else {
      throw Fatal(.misuse, "--strategy-program: \(paths.count) programs: at most \(most) run")
    }
    var programs: [StrategyProgram] = []
    for path in paths {
      let program = try StrategyProgram(path)
      if let other = programs.first(where: { $0.name == program.name }) {
        throw Fatal(
          .misuse,
          "--strategy-program: \(other.path) and \(path) are both \(program.name): rename one")
      }
      programs.append(program)
    }
    return programs
  }

  private init(_ path: String) throws(Fatal) {
    let file = path.split(separator: "/").last.map(String.init) ?? ""
    let name = String(file.prefix { $0 != "." }.map { $0 == "_" ? "-" : $0 })
    guard SignalServiceSettings.isName(name) else {
      throw Fatal(
        .misuse,
        "--strategy-program: \(path): its name is the strategy's id: 1 to 32 small letters, "
          + "digits, - or _ before the first dot")
    }
    guard !Self.builtIn.contains(name) else {
      throw Fatal(.misuse, "--strategy-program: \(path): \(name) is a built-in strategy: rename it")
    }
    guard let real = realpath(path, nil) else {
      throw Fatal(
        .badConfiguration,
        "unable to find strategy program \(path): \(SystemError.text()): give its path")
    }
    defer { free(real) }
    var information = stat()
    guard access(real, X_OK) == 0, stat(real, &information) == 0,
      information.st_mode & S_IFMT == S_IFREG
    else {
      throw Fatal(
        .badConfiguration, "unable to run strategy program \(path): make it an executable file")
    }
    self.name = name
    self.path = String(cString: real)
  }

  private static let builtIn = ["breakout", "ema-cross", "smc"]
}
