import Glibc

/// Whole writes to a descriptor that nobody may interrupt.
package enum Output {
  /// Writes all of `text`; what cannot be written (a closed terminal, a full disk) is given up.
  package static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { buffer in
      var rest = UnsafeRawBufferPointer(buffer)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count > 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}
