import Foundation
import Testing

/// The kept inputs of `ops/fuzz`, each run once in an ordinary build.
///
/// A property that does not hold, or a crash, ends the process: the name of the target and the
/// input stand on standard error before it is tried.
@Suite("the kept corpus", .serialized)
struct CorpusTests {
  private static let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("seeds")
  /// An input is at most as long as `ops/fuzz` makes one.
  private static let longest = 8192

  private static func inputs(_ target: FuzzTarget) -> [URL] {
    let folder = seeds.appendingPathComponent(target.rawValue)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { folder.appendingPathComponent($0) }
  }

  @Test(arguments: FuzzTarget.allCases)
  func `every kept input of a target holds its properties`(_ target: FuzzTarget) throws {
    let inputs = Self.inputs(target)
    #expect(!inputs.isEmpty, "\(target.rawValue) has no kept input in Fuzz/seeds")
    for input in inputs {
      let bytes = [UInt8](try Data(contentsOf: input))
      FileHandle.standardError.write(
        Data("corpus: \(target.rawValue) \(input.lastPathComponent)\n".utf8))
      target.run(Array(bytes.prefix(Self.longest)))
      // Cut off anywhere, an input is one that a peer may send too.
      for count in stride(from: 0, to: min(bytes.count, Self.longest), by: 97) {
        target.run(Array(bytes.prefix(count)))
      }
    }
  }

  @Test func `every folder of kept inputs is one of a target`() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.seeds.path)
    for folder in folders { #expect(FuzzTarget(rawValue: folder) != nil, "Fuzz/seeds/\(folder)") }
  }
}
