package import Domain

/// One inbound message as it came, with both clocks at its arrival.
package struct RecordedMessage: Hashable, Sendable {
  /// Marks one life of a recorder; machine times of two lives cannot be compared.
  package let life: UInt64
  /// Counted from 1 in each life; a number that is missing is a message that was not kept.
  package let number: Int64
  /// Which stream it came on, such as `ws-public`.
  package let channel: String
  package let wall: WallTime
  package let machine: MachineTime
  package let bytes: [UInt8]

  package init(
    life: UInt64, number: Int64, channel: String, wall: WallTime, machine: MachineTime,
    bytes: [UInt8]
  ) {
    self.life = life
    self.number = number
    self.channel = channel
    self.wall = wall
    self.machine = machine
    self.bytes = bytes
  }

  /// The message as text; bytes that are none are replaced.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package static let longestChannel = 64
  package static let mostBytes = 16 << 20

  /// Whether `channel` is 1 to 64 printable ASCII characters without a space.
  package static func isChannel(_ channel: String) -> Bool {
    (1...longestChannel).contains(channel.utf8.count)
      && channel.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}

/// The layout of recordings, which `zcat` shows as they are.
///
///     interlock-recording 1 LIFE
///     NUMBER WALL_MS MACHINE_NS CHANNEL LENGTH
///     the message, LENGTH bytes
///
/// A file is a row of gzip members, each of whole messages; each begins with the first line.
enum RecordingFormat {
  static let magic = "interlock-recording 1 "
  /// No member unpacks to more; what claims to is damage.
  static let largestMember = 64 << 20
  static let longestHead = 192

  static func opening(life: UInt64) -> [UInt8] {
    let digits = String(life, radix: 16)
    return Array((magic + String(repeating: "0", count: 16 - digits.count) + digits + "\n").utf8)
  }

  static func append(_ message: RecordedMessage, to block: inout [UInt8]) {
    let head = "\(message.number) \(message.wall.milliseconds) \(message.machine.nanoseconds) "
    block.append(contentsOf: head.utf8)
    block.append(contentsOf: "\(message.channel) \(message.bytes.count)\n".utf8)
    block.append(contentsOf: message.bytes)
    block.append(UInt8(ascii: "\n"))
  }

  /// The messages of one unpacked member; nil when they are not written as above.
  static func messages(_ block: [UInt8]) -> [RecordedMessage]? {
    var rest = block[...]
    guard let first = line(&rest), first.hasPrefix(magic),
      let life = UInt64(first.dropFirst(magic.count), radix: 16)
    else { return nil }
    var messages: [RecordedMessage] = []
    while !rest.isEmpty {
      guard let head = line(&rest) else { return nil }
      let words = head.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 5, let number = Int64(words[0]), let wall = Int64(words[1]),
        let machine = Int64(words[2]), RecordedMessage.isChannel(String(words[3])),
        let count = Int(words[4]), (0...RecordedMessage.mostBytes).contains(count),
        rest.count > count, rest[rest.startIndex + count] == UInt8(ascii: "\n")
      else { return nil }
      messages.append(
        RecordedMessage(
          life: life, number: number, channel: String(words[3]),
          wall: WallTime(milliseconds: wall), machine: MachineTime(nanoseconds: machine),
          bytes: Array(rest.prefix(count))))
      rest = rest.dropFirst(count + 1)
    }
    return messages
  }

  private static func line(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard let end = rest.prefix(longestHead).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return String(decoding: rest[..<end], as: UTF8.self)
  }
}
