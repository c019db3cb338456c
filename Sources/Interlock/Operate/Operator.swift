import Glibc

/// Who presses, resolves or pauses; journaled with every deed.
enum Operator {
  /// The name behind sudo, else of this user, else its number.
  static var name: String {
    if let sudo = getenv("SUDO_USER"), sudo.pointee != 0 { return String(cString: sudo) }
    guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else {
      return "uid \(geteuid())"
    }
    return String(cString: name)
  }
}
