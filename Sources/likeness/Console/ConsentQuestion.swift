import Foundation
import Safeguards

/// Asks on a terminal for the statement of consent, once a job.
enum ConsentQuestion {
  static let text =
    "Are all people shown adults who have agreed to this? The answer is kept in the audit log.\n"
    + "Type yes, or say in your words who has agreed; Enter leaves it open: "

  /// The user's statement; nil where the policy asks for none, one was given, nobody sits at a terminal, or the answer
  /// stays open.
  ///
  /// - Parameter given: what the command line says.
  static func statement(_ policy: SafeguardPolicy.Consent, given: String?) -> String? {
    guard policy.mode != .off, given == nil, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
    FileHandle.standardError.write(Data(text.utf8))
    return readLine().flatMap(statement)
  }

  /// What an answer states; nil for none, and for a no.
  static func statement(of answer: String) -> String? {
    let words = answer.trimmingCharacters(in: .whitespacesAndNewlines)
    switch words.lowercased() {
    case "", "n", "no": return nil
    case "y", "yes": return "Yes: all people shown are adults and have agreed."
    default: return words
    }
  }
}
