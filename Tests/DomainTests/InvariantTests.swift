import Glibc
import Testing

@testable import Domain

@Suite("a law that the code relies on")
struct InvariantTests {
  @Test func `one that is broken ends the process`() async {
    await #expect(processExitsWith: .failure) {
      invariant(1 + 1 == 3, "one and one are three")
      exit(0)
    }
  }

  @Test func `one that holds asks for no sentence`() {
    var asked = 0
    func sentence() -> String {
      asked += 1
      return "never said"
    }
    invariant(1 + 1 == 2, sentence())
    #expect(asked == 0)
  }
}
