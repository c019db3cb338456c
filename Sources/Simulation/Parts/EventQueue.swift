/// What is to happen when, in the order of time; of one moment in the order of scheduling.
struct EventQueue<Element> {
  private struct Entry {
    let at: Int64
    let number: UInt64
    let element: Element

    func isBefore(_ other: Entry) -> Bool { (at, number) < (other.at, other.number) }
  }

  /// A binary heap: no entry is before its parent.
  private var heap: [Entry] = []
  private var scheduled: UInt64 = 0

  var isEmpty: Bool { heap.isEmpty }
  /// When the next is to happen; nil when nothing is.
  var nextTime: Int64? { heap.first?.at }

  mutating func schedule(_ element: Element, at: Int64) {
    scheduled += 1
    heap.append(Entry(at: at, number: scheduled, element: element))
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// The next; nil when nothing is to happen any more.
  mutating func next() -> (at: Int64, element: Element)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return (first.at, first.element) }
    heap[0] = last
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < heap.count else { break }
      let right = left + 1
      let least = right < heap.count && heap[right].isBefore(heap[left]) ? right : left
      guard heap[least].isBefore(heap[parent]) else { break }
      heap.swapAt(least, parent)
      parent = least
    }
    return (first.at, first.element)
  }
}
