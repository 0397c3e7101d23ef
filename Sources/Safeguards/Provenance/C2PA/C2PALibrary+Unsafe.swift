import CC2PA
import Foundation

/// The opened library libc2pa_c. Its functions may be called from any thread.
struct C2PALibrary: @unchecked Sendable {
  let functions: LikenessC2pa
  let path: String

  static let installHint =
    "Run scripts/setup, which puts it into the lib folder of LIKENESS_HOME, or name the file in LIKENESS_C2PA_PATH."

  #if os(macOS)
    private static let name = "libc2pa_c.dylib"
  #else
    private static let name = "libc2pa_c.so"
  #endif

  /// `LIKENESS_C2PA_PATH` when it is set, else Likeness' own folder, else the system's. Throws `marking`.
  init(environment: [String: String], home: String) throws {
    var candidates = ["\(home)/lib/\(Self.name)", Self.name]
    if let named = environment["LIKENESS_C2PA_PATH"], !named.isEmpty { candidates = [named] }
    var reasons: [String] = []
    let table = UnsafeMutablePointer<LikenessC2pa>.allocate(capacity: 1)
    defer { table.deallocate() }
    for path in candidates {
      var message = [CChar](repeating: 0, count: 1024)
      let result = likeness_c2pa_open(path, table, &message, message.count)
      let words = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if Int(result) == Int(LIKENESS_C2PA_OPENED) {
        (functions, self.path) = (table.pointee, path)
        return
      }
      let isMissing = Int(result) == Int(LIKENESS_C2PA_FUNCTION_MISSING)
      reasons.append(isMissing ? "\(path) has no function \(words)" : words)
    }
    throw SafeguardsError(
      .marking, "The C2PA library, which signs results, cannot be opened: \(reasons.joined(separator: "; ")).",
      hint: Self.installHint)
  }

  /// The words for what failed last on this thread.
  func failure() -> String { take(functions.error()) ?? "no reason given" }

  /// Copies a text of the library and gives it back.
  func take(_ text: UnsafeMutablePointer<CChar>?) -> String? {
    guard let text else { return nil }
    defer { _ = functions.free(text) }
    return String(cString: text)
  }

  /// "c2pa-c-ffi/0.91.3 c2pa-rs/0.91.3"
  var version: String { take(functions.version()) ?? "of unknown version" }
}
