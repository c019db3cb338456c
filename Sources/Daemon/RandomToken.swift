import CLinux

/// Bytes from the kernel that nobody can guess.
package enum RandomToken {
  package static let length = 16

  package static func make(length: Int = length) throws(Fatal) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: length)
    guard getrandom(&bytes, length, 0) == length else {
      throw Fatal(.internalError, "unable to read random bytes: \(SystemError.text())")
    }
    return bytes
  }

  package static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
