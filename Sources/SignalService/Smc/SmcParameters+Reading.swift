/// A parameter's value as a file or the configuration gives it.
package enum ParameterValue: Hashable, Sendable {
  case number(Double)
  case flag(Bool)
  case word(String)
}

/// Why parameters were refused: every complaint, each with name, value and bound.
package struct ParameterError: Error, Hashable, Sendable {
  package let complaints: [String]

  package init(complaints: [String]) {
    self.complaints = complaints
  }
}

extension SmcParameters {
  /// The parameters named in `values`, the others as the reference ships them.
  ///
  /// Throws every complaint at once: unknown names, wrong types, values out of bounds,
  /// contradictions.
  package init(_ values: [String: ParameterValue], variant: SmcVariant) throws(ParameterError) {
    self.init()
    var complaints: [String] = []
    let fields =
      SmcParameterField.shared
      + (variant == .corrected ? SmcParameterField.corrected : SmcParameterField.unread)
    for name in values.keys.sorted() {
      guard let value = values[name] else { continue }
      guard let field = fields.first(where: { $0.name == name }) else {
        complaints.append("\(name): unknown parameter of variant \(variant.rawValue)")
        continue
      }
      if let complaint = take(field, value) { complaints.append("\(name): \(complaint)") }
    }
    complaints += contradictions
    guard complaints.isEmpty else { throw ParameterError(complaints: complaints) }
  }

  /// What is wrong with the value, if anything is.
  private mutating func take(_ field: SmcParameterField, _ value: ParameterValue) -> String? {
    switch (field.kind, value) {
    case (.unread, _): return nil
    case (.whole(let path, let bounds), .number(let number)):
      guard let whole = Int(exactly: number) else { return "\(number) is no whole number" }
      guard bounds.contains(whole) else {
        return "\(whole) is out of bounds, \(bounds.lowerBound) to \(bounds.upperBound)"
      }
      self[keyPath: path] = whole
    case (.decimal(let path, let bounds), .number(let number)):
      guard bounds.contains(number) else {
        return "\(number) is out of bounds, \(bounds.lowerBound) to \(bounds.upperBound)"
      }
      self[keyPath: path] = number
    case (.flag(let path), .flag(let flag)): self[keyPath: path] = flag
    case (.entryMode, .word(let word)):
      guard let mode = EntryMode(rawValue: word) else { return Self.unknown(word, EntryMode.self) }
      entryMode = mode
    case (.mitigation, .word(let word)):
      guard let mode = Mitigation(rawValue: word) else {
        return Self.unknown(word, Mitigation.self)
      }
      gapMitigation = mode
    case (.whole, _), (.decimal, _): return "expected a number"
    case (.flag, _): return "expected true or false"
    case (.entryMode, _), (.mitigation, _): return "expected a word"
    }
    return nil
  }

  private static func unknown<Word: CaseIterable & RawRepresentable<String>>(
    _ word: String, _ type: Word.Type
  ) -> String {
    "\"\(word.prefix(40))\" is none of \(Word.allCases.map(\.rawValue).joined(separator: ", "))"
  }

  private var contradictions: [String] {
    var found: [String] = []
    if tightStopLeast > tightStopMost {
      found.append("tight_smc_atr_stop_min: \(tightStopLeast) is above tight_smc_atr_stop_max")
    }
    if wideStopLeast > wideStopMost {
      found.append(
        "wide_structure_atr_stop_min: \(wideStopLeast) is above wide_structure_atr_stop_max")
    }
    return found
  }

  /// Every parameter of `corrected` by name, for whoever records what a decision was made with.
  package var values: [String: ParameterValue] {
    let fields = SmcParameterField.shared + SmcParameterField.corrected
    return Dictionary(
      uniqueKeysWithValues: fields.map { field in
        switch field.kind {
        case .whole(let path, _): (field.name, .number(Double(self[keyPath: path])))
        case .decimal(let path, _): (field.name, .number(self[keyPath: path]))
        case .flag(let path): (field.name, .flag(self[keyPath: path]))
        case .entryMode: (field.name, .word(entryMode.rawValue))
        case .mitigation: (field.name, .word(gapMitigation.rawValue))
        case .unread: (field.name, .flag(false))
        }
      })
  }
}
