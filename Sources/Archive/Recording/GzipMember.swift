import CZlib

/// Bytes as one gzip member.
enum GzipMember {
  /// Level 1: a venue's JSON shrinks to a seventh at some ninety megabytes a second.
  private static let level: Int32 = 1
  /// Largest window, and 16 for a gzip frame around it.
  private static let gzipWindow: Int32 = 15 + 16

  /// Nil when zlib has no memory left.
  static func pack(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, level, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    let room = Int(deflateBound(&stream, UInt(bytes.count)))
    var source = bytes
    return source.withUnsafeMutableBufferPointer { input -> [UInt8]? in
      var isWhole = false
      let packed = [UInt8](unsafeUninitializedCapacity: room) { output, count in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(room)
        isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
        count = room - Int(stream.avail_out)
      }
      return isWhole ? packed : nil
    }
  }
}
