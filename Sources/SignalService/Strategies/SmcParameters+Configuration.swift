import Daemon

extension SmcParameters {
  /// The configured parameters of `corrected`, or every contradiction between them.
  init(_ configured: SmcSettings) throws(Fatal) {
    var values: [String: ParameterValue] = [:]
    for (name, number) in configured.numbers { values[name] = .number(number) }
    for (name, flag) in configured.flags { values[name] = .flag(flag) }
    for (name, word) in configured.words { values[name] = .word(word) }
    do {
      try self.init(values, variant: .corrected)
    } catch {
      throw Fatal(
        .badConfiguration,
        "unable to use the parameters of smc: "
          + "\(error.complaints.joined(separator: "; ")): correct the section smc")
    }
  }
}
