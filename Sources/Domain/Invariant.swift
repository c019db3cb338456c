/// States a law that the code below it relies on; a broken law ends the process with the sentence.
///
/// Unlike `precondition` it prints its sentence in release builds too, so that an operator can read
/// in the log which law was broken.
@inline(__always)
package func invariant(
  _ condition: @autoclosure () -> Bool, _ sentence: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  guard condition() else { fatalError("invariant broken: \(sentence())", file: file, line: line) }
}
