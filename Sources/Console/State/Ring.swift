/// The newest elements, each with a number of its own that grows for ever.
struct Ring<Element> {
  private let capacity: Int
  private var elements: [Element] = []
  /// Where the oldest element lies.
  private var start = 0
  /// Number of the oldest element that is kept.
  private(set) var first = 0

  init(capacity: Int) {
    self.capacity = capacity
  }

  var count: Int { elements.count }
  /// Number of the next element.
  var end: Int { first + elements.count }
  var isEmpty: Bool { elements.isEmpty }
  var last: Element? { isEmpty ? nil : self[end - 1] }

  /// The element of that number, which must be kept.
  subscript(number: Int) -> Element {
    get { elements[place(number)] }
    set { elements[place(number)] = newValue }
  }

  func holds(_ number: Int) -> Bool { number >= first && number < end }

  /// Appends, and returns what fell out at the other end.
  @discardableResult
  mutating func append(_ element: Element) -> Element? {
    guard elements.count == capacity else {
      elements.append(element)
      return nil
    }
    let oldest = elements[start]
    elements[start] = element
    start = (start + 1) % capacity
    first += 1
    return oldest
  }

  /// Oldest first.
  var all: [Element] { (first..<end).map { self[$0] } }

  /// At most `count` of the newest, oldest first.
  func newest(_ count: Int) -> [Element] { (max(first, end - count)..<end).map { self[$0] } }

  private func place(_ number: Int) -> Int { (start + number - first) % capacity }
}

extension Ring: Sendable where Element: Sendable {}
