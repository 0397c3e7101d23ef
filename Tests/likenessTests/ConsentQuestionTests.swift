import TestSupport
import Testing

@testable import likeness

@Suite struct ConsentQuestionTests {
  @Test(arguments: ["", " \t", "n", "No", "NO "])
  func noStatementIsMadeOutOfSilenceOrANo(answer: String) {
    #expect(ConsentQuestion.statement(of: answer) == nil)
  }

  @Test(arguments: ["y", "yes", " Yes "])
  func aYesIsWrittenOut(answer: String) {
    #expect(ConsentQuestion.statement(of: answer)?.contains("adults and have agreed") == true)
  }

  @Test func wordsStayAsTheyAre() {
    #expect(ConsentQuestion.statement(of: " Ada agreed by letter ") == "Ada agreed by letter")
  }

  /// Tests have no terminal.
  @Test func nobodyIsAskedWithoutATerminal() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["run", "-s", Sample.hopper, "-t", Sample.collins, "-o", folder.path("o.png")])
    #expect(outcome.status == 0 && !outcome.errors.contains("Type yes"), "\(outcome.errors)")
    #expect(outcome.errors.contains("--consent-statement"))
  }
}
