import ArgumentParser
import Daemon
import Glibc

/// Where a running pipeline is found.
struct RunDirectoryOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of the pipeline's sockets (default: $RUNTIME_DIRECTORY under systemd, "
        + "$XDG_RUNTIME_DIR/interlock, else /tmp/interlock-UID).", valueName: "folder"))
  var runDir: String?

  /// Absolute.
  var path: String { Directories.absolute(runDir ?? Directories.defaultRun) }

  /// The pipeline there, or the fact that none runs.
  func instance() throws(Fatal) -> Instance {
    guard let instance = try RunFiles(path).readInstance() else {
      throw Fatal(
        .notRunning,
        "unable to find a pipeline in \(path): none runs there: start one, or give "
          + "--run-dir")
    }
    return instance
  }

  /// The answer of a process to a question on its control socket.
  func ask(
    _ process: String, _ verb: String, _ arguments: [String: String] = [:]
  ) throws(Fatal) -> String {
    _ = try instance()
    return try ControlClient(socket: RunFiles(path).controlSocket(process))
      .ask(verb, arguments)
  }
}

/// The folders that hold when none is given.
enum Directories {
  static var defaultRun: String {
    variable("RUNTIME_DIRECTORY") ?? variable("XDG_RUNTIME_DIR").map { "\($0)/interlock" }
      ?? "/tmp/interlock-\(geteuid())"
  }

  static var defaultState: String {
    variable("STATE_DIRECTORY") ?? variable("XDG_STATE_HOME").map { "\($0)/interlock" }
      ?? "\(variable("HOME") ?? "")/.local/state/interlock"
  }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return "\(String(cString: current))/\(path)"
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
