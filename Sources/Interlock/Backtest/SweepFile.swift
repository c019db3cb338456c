import Daemon
import Foundation

/// The parameters of a sweep and the values each of them takes.
///
/// One line a parameter, `section.key: value value value`, as the configuration names them; `#`
/// begins a comment. Every combination is run.
struct SweepFile: Sendable {
  static let mostCombinations = 10_000
  private static let mostBytes = 1 << 20

  struct Parameter: Hashable, Sendable {
    let section: String
    let key: String
    let values: [String]

    var name: String { "\(section).\(key)" }
  }

  let text: String
  let parameters: [Parameter]

  init(_ path: String) throws(Fatal) {
    guard let data = FileManager.default.contents(atPath: path), data.count <= Self.mostBytes else {
      throw Fatal(
        .badConfiguration,
        "unable to read sweep \(path): no readable file of at most 1 MB: check "
          + "the path")
    }
    try self.init(text: String(decoding: data, as: UTF8.self), path: path)
  }

  init(text: String, path: String) throws(Fatal) {
    var parameters: [Parameter] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let content = line.prefix { $0 != "#" }
      let words = content.split(whereSeparator: { " \t\r,".contains($0) }).map(String.init)
      guard let first = words.first else { continue }
      let names = first.dropLast().split(separator: ".", omittingEmptySubsequences: false)
      guard first.last == ":", names.count == 2, names.allSatisfy({ !$0.isEmpty }), words.count > 1
      else {
        throw Fatal(
          .badConfiguration,
          "unable to read sweep \(path): line \(index + 1): \"\(content.prefix(60))\" is not "
            + "section.key: value value: correct it")
      }
      let parameter = Parameter(
        section: String(names[0]), key: String(names[1]), values: Array(words.dropFirst()))
      guard !parameters.contains(where: { $0.name == parameter.name }) else {
        throw Fatal(
          .badConfiguration,
          "unable to read sweep \(path): line \(index + 1): \(parameter.name) is there twice: "
            + "remove one")
      }
      parameters.append(parameter)
    }
    let count = parameters.reduce(1.0) { $0 * Double($1.values.count) }
    guard !parameters.isEmpty, count <= Double(Self.mostCombinations) else {
      let what =
        parameters.isEmpty
        ? "it names no parameter" : "it has more than \(Self.mostCombinations) combinations"
      throw Fatal(.badConfiguration, "unable to run sweep \(path): \(what): correct it")
    }
    self.text = text
    self.parameters = parameters
  }

  var count: Int { parameters.reduce(1) { $0 * $1.values.count } }

  /// The values of combination `index`, the last parameter's changing fastest.
  func values(of index: Int) -> [String] {
    var rest = index
    var values: [String] = []
    for parameter in parameters.reversed() {
      values.append(parameter.values[rest % parameter.values.count])
      rest /= parameter.values.count
    }
    return values.reversed()
  }

  /// `base`, a configuration, with the values of combination `index` in it.
  func configuration(_ base: String, _ index: Int) -> String {
    var lines = base.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (parameter, value) in zip(parameters, values(of: index)) {
      Self.set(parameter, value, &lines)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Puts a key under its section, in place of one that is there.
  private static func set(_ parameter: Parameter, _ value: String, _ lines: inout [String]) {
    let entry = "  \(parameter.key): \(value)"
    guard let head = lines.firstIndex(where: { isSection($0, parameter.section) }) else {
      lines += ["\(parameter.section):", entry]
      return
    }
    let end =
      lines[(head + 1)...].firstIndex { line in
        line.first.map { !$0.isWhitespace && $0 != "#" } ?? false
      } ?? lines.count
    let known = lines[(head + 1)..<end].firstIndex { line in
      line.drop { $0.isWhitespace }.hasPrefix("\(parameter.key):")
    }
    if let known { lines[known] = entry } else { lines.insert(entry, at: head + 1) }
  }

  private static func isSection(_ line: String, _ name: String) -> Bool {
    line.hasPrefix("\(name):")
  }
}
