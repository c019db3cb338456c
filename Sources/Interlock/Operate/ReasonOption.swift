import ArgumentParser

/// `--reason` of every deed that is journaled.
struct ReasonOption: ParsableArguments {
  @Option(help: ArgumentHelp("Why, 1 to 120 bytes; journaled with who.", valueName: "text"))
  var reason: String

  func validate() throws {
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError("--reason: it is empty: say why")
    }
    guard reason.utf8.count <= 120 else {
      throw ValidationError(
        "--reason: \(reason.utf8.count) bytes are too many, at most 120")
    }
  }
}
