import Glibc

/// Another executable of this build, run to its end, which comes within a bound.
package struct SiblingProcess: Sendable {
  /// As a shell would say it.
  package let code: Int32
  package let output: String

  private static let longestOutput = 4 << 20

  /// Runs `executable`; its standard output is kept, its standard error is ours.
  ///
  /// One that takes longer than `milliseconds` is killed, and that is an error.
  package static func run(
    _ executable: String, _ arguments: [String], milliseconds: Int64 = 600_000
  ) throws(Fatal) -> SiblingProcess {
    let path = try Siblings.ofThisProcess().path(of: executable)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw Fatal(.tryAgain, "unable to make a pipe: \(SystemError.text()): close some files")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    let argv = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, path, &actions, nil, argv, environ)
    close(ends[1])
    guard failure == 0 else {
      throw Fatal(
        .badConfiguration,
        "unable to start \(path): \(SystemError.text(failure)): build all products")
    }
    let output = read(ends[0], until: Clock.machineNanoseconds() + milliseconds * 1_000_000)
    if output == nil { kill(pid, SIGKILL) }
    var raw: Int32 = 0
    while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
    guard let output else {
      throw Fatal(
        .tryAgain,
        "unable to wait longer than \(milliseconds / 1000) s for \(executable): it is killed: "
          + "run it by hand and look where it stays")
    }
    let code = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + (raw & 0x7F)
    return SiblingProcess(code: code, output: output)
  }

  /// All that is written there, or nil when it has not ended by then.
  private static func read(_ descriptor: Int32, until end: Int64) -> String? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while bytes.count < longestOutput {
      let left = (end - Clock.machineNanoseconds()) / 1_000_000
      guard left > 0 else { return nil }
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wanted, 1, Int32(clamping: left)) > 0 else { continue }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes.append(contentsOf: buffer.prefix(count))
      } else if count == 0 || errno != EINTR {
        break
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
