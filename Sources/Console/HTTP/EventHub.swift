import NIOCore
import NIOHTTP1
import Synchronization

/// Keeps open pages up to date, each as fast as it reads.
///
/// Invariants:
/// 1. A page that does not read is skipped, and told how often once it reads again; then it gets
///    everything anew. What waits for it is bounded by one round and the channel's own mark.
/// 2. A page that does not read for `patience` is closed, and so is one too many at once.
/// 3. Used on its loop alone.
final class EventHub {
  private final class Page {
    let channel: any Channel
    let sections: Set<String>
    var skipped = 0
    var skippedSince: Int64?
    var isFresh = true

    init(_ channel: any Channel, _ sections: Set<String>) {
      self.channel = channel
      self.sections = sections
    }
  }

  private static let patienceMilliseconds: Int64 = 60_000

  private let most: Int
  private var pages: [ObjectIdentifier: Page] = [:]
  /// The newest of each section.
  private var newest: [String: EventSection] = [:]
  private(set) var skipped: UInt64 = 0

  init(most: Int) {
    self.most = most
  }

  var count: Int { pages.count }
  /// What anybody looks at.
  var wanted: Set<String> { pages.values.reduce(into: []) { $0.formUnion($1.sections) } }

  /// Whether there was room.
  func open(_ channel: any Channel, _ sections: Set<String>) -> Bool {
    guard pages.count < most else { return false }
    pages[ObjectIdentifier(channel)] = Page(channel, sections)
    return true
  }

  func close(_ channel: any Channel) { pages.removeValue(forKey: ObjectIdentifier(channel)) }

  /// A round: what has changed since the last, to whoever looks at it.
  func publish(_ sections: [EventSection], beat: [UInt8], now: Int64) {
    let changed = sections.filter { !$0.isState || newest[$0.name]?.frame != $0.frame }
    for section in sections where section.isState { newest[section.name] = section }
    for page in pages.values { tell(page, changed, beat, now) }
  }

  private func tell(_ page: Page, _ changed: [EventSection], _ beat: [UInt8], _ now: Int64) {
    guard page.channel.isWritable else {
      page.skipped += 1
      skipped += 1
      let since = page.skippedSince ?? now
      page.skippedSince = since
      if now - since > Self.patienceMilliseconds { page.channel.close(promise: nil) }
      return
    }
    var bytes: [UInt8] = beat
    var due = changed
    if page.skipped > 0 || page.isFresh {
      if page.skipped > 0 { bytes += "event: skipped\ndata: \(page.skipped)\n\n".utf8 }
      let again = newest.values.filter { section in
        !changed.contains { $0.name == section.name }
      }
      due = again + changed
      page.skipped = 0
      page.skippedSince = nil
      page.isFresh = false
    }
    for section in due where page.sections.contains(section.name) { bytes += section.frame }
    let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes)))
    page.channel.writeAndFlush(part, promise: nil)
  }
}
