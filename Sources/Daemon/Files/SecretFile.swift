import CLinux
import Glibc

/// A file of lines `name=value` that nobody else may read.
///
/// An error names the file and the line, never what stands there.
package enum SecretFile {
  private static let longest = 4096

  /// The values of the file at `path`, which may hold `names` and nothing else, each once.
  ///
  /// The file is ours or root's, and of mode 0600 or stricter; comments begin with `#`.
  package static func read(
    _ path: String, names: [String], kind: String
  ) throws(Fatal) -> [String: Secret] {
    let lines = names.map { "\($0)=…" }.joined(separator: " and ")
    let remedy = "write the lines \(lines) and chmod 600"
    func refused(_ reason: String) -> Fatal {
      Fatal(.badConfiguration, "unable to read \(kind) \(path): \(reason): \(remedy)")
    }
    let text: String
    switch content(path) {
    case .success(let found): text = found
    case .failure(let fault): throw refused(fault.reason)
    }
    var values: [String: Secret] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let line = line.drop(while: \.isWhitespace)
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, names.contains(parts[0]), values[parts[0]] == nil else {
        let expected = names.map { "\($0)=…" }.joined(separator: " or ")
        throw refused("line \(index + 1) is not \(expected)")
      }
      values[parts[0]] = Secret(trimmed(parts[1]))
    }
    return values
  }

  private struct Fault: Error {
    let reason: String
  }

  private static func content(_ path: String) -> Result<String, Fault> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return .failure(Fault(reason: SystemError.text())) }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      return .failure(Fault(reason: SystemError.text()))
    }
    guard information.st_mode & S_IFMT == S_IFREG else {
      return .failure(Fault(reason: "not a file"))
    }
    guard information.st_uid == geteuid() || information.st_uid == 0 else {
      return .failure(Fault(reason: "it belongs to user \(information.st_uid)"))
    }
    // A service manager's credential is the superuser's, and lent by a list that shows in the
    // place of the group.
    let isLent =
      information.st_uid == 0 && information.st_gid == 0 && information.st_mode & 0o777 == 0o440
    guard isLent || information.st_mode & 0o177 == 0 else {
      let mode = String(information.st_mode & 0o777, radix: 8)
      return .failure(Fault(reason: "mode is 0\(mode), others could read it"))
    }
    var bytes = [UInt8](repeating: 0, count: longest + 1)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { return .failure(Fault(reason: SystemError.text())) }
    guard count <= longest else {
      return .failure(Fault(reason: "longer than \(longest) bytes"))
    }
    return .success(String(decoding: bytes.prefix(count), as: UTF8.self))
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
