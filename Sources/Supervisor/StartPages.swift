import Glibc

/// The pages of code that only the start has needed.
enum StartPages {
  /// Gives them back to the kernel, which reads those that are needed again one by one.
  ///
  /// Half of what the supervisor holds is code of libraries that ran once, to read flags and
  /// configuration. Only mappings of files that are executed and never written are given back:
  /// what they hold stands in the file.
  static func giveBack() {
    guard let file = fopen("/proc/self/maps", "re") else { return }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4352)
    while fgets(&line, Int32(line.count), file) != nil {
      let length = line.firstIndex(of: 0) ?? line.endIndex
      let text = String(decoding: line[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let words = text.split(separator: " ", omittingEmptySubsequences: true)
      guard words.count >= 6, words[1] == "r-xp", words[5].hasPrefix("/") else { continue }
      let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard ends.count == 2, ends[0] < ends[1],
        let start = UnsafeMutableRawPointer(bitPattern: ends[0])
      else { continue }
      // One page at a time from now on, not sixteen around each.
      madvise(start, Int(ends[1] - ends[0]), MADV_RANDOM)
      madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
    }
  }
}
