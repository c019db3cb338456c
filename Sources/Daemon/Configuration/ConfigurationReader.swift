import Yams

/// The tree of one YAML file while its sections are being read.
///
/// 1. The declared type of a key decides, never YAML's guess: values are taken as raw text.
/// 2. Every error is collected with file, line and column; reading goes on with the default.
/// 3. A key that no section asked for is an error, with the nearest key that exists.
final class ConfigurationReader {
  private(set) var errors: [String] = []
  private(set) var schema: [String] = []
  /// Where each key of the file stands, as `path:line:column`.
  private(set) var places: [String: String] = [:]
  private let path: String
  private let root: Node.Mapping?
  private var sections: [ConfigurationSection] = []

  private init(path: String, root: Node.Mapping?) {
    self.path = path
    self.root = root
  }

  static var empty: ConfigurationReader {
    ConfigurationReader(path: "defaults", root: nil)
  }

  convenience init(text: String, path: String) {
    // The parser takes a zero for the end of the text, and a torn file would lose its rest in
    // silence.
    if let zero = text.utf8.firstIndex(of: 0) {
      self.init(path: path, root: nil)
      let line = text.utf8[..<zero].count { $0 == UInt8(ascii: "\n") } + 1
      errors.append("\(path):\(line):1: not YAML: a zero byte stands in this line")
      return
    }
    do {
      let node = try Yams.compose(yaml: text)
      switch node {
      case nil: self.init(path: path, root: nil)
      case .mapping(let mapping): self.init(path: path, root: mapping)
      // A document of nothing but its marks sets nothing.
      case .scalar(let scalar) where scalar.string.isEmpty: self.init(path: path, root: nil)
      default:
        self.init(path: path, root: nil)
        report(at: node?.mark, "expected sections such as supervisor:, not a single value")
      }
    } catch let error as YamlError {
      self.init(path: path, root: nil)
      report(error)
    } catch {
      self.init(path: path, root: nil)
      report(at: nil, "\(error)")
    }
  }

  func section(_ name: String) -> ConfigurationSection {
    let section: ConfigurationSection
    switch root?[name] {
    case nil: section = ConfigurationSection(name, nil, self)
    case .mapping(let mapping): section = ConfigurationSection(name, mapping, self)
    // `risk_gate:` with nothing below it sets nothing.
    case .scalar(let scalar) where scalar.string.isEmpty:
      section = ConfigurationSection(name, nil, self)
    case .some(let node):
      report(at: node.mark, "\(name): expected keys below it, not a value")
      section = ConfigurationSection(name, nil, self)
    }
    sections.append(section)
    return section
  }

  func declare(_ section: String, _ key: String) {
    schema.append("\(section).\(key)")
  }

  func found(_ section: String, _ key: String, at mark: Mark?) {
    guard let mark else { return }
    places["\(section).\(key)"] = "\(path):\(mark.line):\(mark.column)"
  }

  func report(at mark: Mark?, _ sentence: String) {
    guard errors.count < 50 else { return }
    errors.append("\(path):\(mark?.line ?? 1):\(mark?.column ?? 1): \(sentence)")
  }

  /// Reports every section and key that stands in the file and that nobody asked for.
  func refuseUnread() {
    let names = sections.map(\.name)
    for (key, _) in root ?? [:] {
      let name = key.string ?? ""
      if !names.contains(name) {
        report(at: key.mark, "\(name): unknown section\(Suggestion.text(for: name, among: names))")
      }
    }
    for section in sections { section.refuseUnread() }
  }

  private func report(_ error: YamlError) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let prefix = context.map { "\($0.text) " } ?? ""
      report(at: mark, "not YAML: \(prefix)\(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      report(at: context.mark, "\(duplicates.joined(separator: ", ")): stands there twice")
    default:
      report(at: nil, "not YAML: \(error)")
    }
  }
}
