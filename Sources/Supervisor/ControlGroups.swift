import CLinux
import Daemon
import Glibc

/// One control group per stage, below the one that the service manager has handed over to us.
///
/// 1. What is in a stage's group dies with the stage, whatever it forked and wherever it hid.
/// 2. The next life starts only when the group of the last is empty.
///
/// Where nothing is handed over there are none, and process groups and the reaping of orphans have
/// to do.
struct ControlGroups {
  let folder: String

  /// The group of this process if the service manager says that it is ours to divide.
  static func delegated() -> ControlGroups? {
    guard
      let own = text("/proc/self/cgroup")?.split(separator: "\n").first(where: {
        $0.hasPrefix("0::/")
      })
    else { return nil }
    for root in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
      let folder = root + own.dropFirst(3)
      var value = [UInt8](repeating: 0, count: 8)
      let count = getxattr(folder, "user.delegate", &value, value.count)
      if count == 1, value[0] == UInt8(ascii: "1"), access("\(folder)/cgroup.procs", W_OK) == 0 {
        return ControlGroups(folder: folder)
      }
    }
    return nil
  }

  /// Makes the stage's group, or says that the last life has not left it yet.
  func prepare(_ stage: String) throws(Fatal) {
    let group = "\(folder)/\(stage)"
    guard mkdir(group, 0o755) == 0 || errno == EEXIST else {
      throw Fatal(.tryAgain, "unable to make \(group): \(SystemError.text())")
    }
    if let left = Self.text("\(group)/cgroup.procs"), !left.isEmpty {
      end(stage)
      throw Fatal(.tryAgain, "unable to start \(stage): its last life has processes left")
    }
  }

  /// Before it is welcomed, so before it can have started anything.
  func add(_ pid: Int32, to stage: String) { write("\(pid)", "\(folder)/\(stage)/cgroup.procs") }

  /// Kills all that is left in the group.
  func end(_ stage: String) { write("1", "\(folder)/\(stage)/cgroup.kill") }

  private func write(_ word: String, _ path: String) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = Glibc.write(descriptor, word, word.utf8.count)
  }

  private static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
