import Foundation
import Testing

/// The protocols as Promela models, searched exhaustively; docs/models.md tells what they say.
@Suite("protocol models", .serialized)
struct ModelTests {
  @Test(arguments: ProtocolModel.all)
  func `no reachable state breaks a promise`(_ model: ProtocolModel) async throws {
    let verdict = try await Spin.search(model.name, [])
    #expect(verdict.errors == 0, "\(verdict)")
    #expect(verdict.isComplete, "\(verdict)")
    #expect(verdict.states > 500, "a model that does nothing breaks nothing: \(verdict)")
  }

  @Test(arguments: ProtocolModel.removals)
  func `each protection that is taken away leads to a counterexample`(
    _ removal: ProtocolModel.Removal
  ) async throws {
    let verdict = try await Spin.search(removal.model, removal.protection.macros)
    #expect(verdict.errors > 0, "\(verdict)")
    #expect(verdict.assertion != nil, "an error of another kind: \(verdict)")
  }

  @Test(arguments: ProtocolModel.all)
  func `the table names every protection and promise of the model`(_ model: ProtocolModel) throws {
    let text = try Spin.text(model.name)
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
    let protections = Set(words.filter { $0.hasPrefix("WITHOUT_") && $0 != "WITHOUT_" })
    #expect(protections == Set(model.protections.map { "WITHOUT_\($0.name)" }))
    let promises = Set(words.filter { $0.hasPrefix("ONLY_") && $0 != "ONLY_" })
    #expect(promises == Set(model.protections.compactMap { $0.promise.map { "ONLY_\($0)" } }))
  }

  @Test func `every model is in the table`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Spin.folder.path)
    let models = files.filter { $0.hasSuffix(".pml") }.map { String($0.dropLast(4)) }
    #expect(models.sorted() == ProtocolModel.all.map(\.name).sorted())
  }

  @Test func `a search that was cut off is not taken for a complete one`() throws {
    let cut = """
      error: max search depth too small
      State-vector 100 byte, depth reached 99, errors: 0
           174 states, stored
      """
    #expect(try Spin.verdict(cut).isComplete == false)
    #expect(throws: Spin.Failure.self) { try Spin.verdict("killed") }
  }
}
