import Pipeline
import Testing

@Suite struct IniFileTests {
  private func parse(_ text: String) throws -> IniFile { try IniFile(text: text, path: "x.ini") }

  @Test func readsSectionsKeysAndComments() throws {
    let ini = try parse(
      """
      # a comment
      [paths]
      Target_Path = my file.mp4
      ; another
      output_path: /out/100%%.mp4
      empty =
      [processors]
      processors = face_swapper
        face_debugger
      """)
    #expect(ini.sections["paths"]?["target_path"]?.value == "my file.mp4")
    #expect(ini.sections["paths"]?["target_path"]?.line == 3)
    #expect(ini.sections["paths"]?["output_path"]?.value == "/out/100%.mp4")
    #expect(ini.sections["paths"]?["empty"] == nil)
    #expect(
      ini.sections["processors"]?["processors"].map { IniFile.words(in: $0.value) } == [
        "face_swapper", "face_debugger",
      ])
  }

  @Test func windowsLineEndsAndByteOrderMark() throws {
    let ini = try parse("\u{FEFF}[misc]\r\nlog_level = warn\r\n")
    #expect(ini.sections["misc"]?["log_level"]?.value == "warn")
  }

  @Test(arguments: [
    ("[paths", "line 1"), ("key = 1", "before the first section"), ("[a]\nnonsense", "neither a section nor"),
    ("[a]\nk = 50%", "%%"), ("[a]\nk = 1\nk = 2", "set twice"),
  ])
  func brokenFilesNameTheLine(text: String, part: String) {
    #expect {
      _ = try parse(text)
    } throws: { error in
      let error = error as? PipelineError
      return error?.code == .configuration && error?.message.contains(part) == true
        && error?.message.contains("x.ini") == true
    }
  }

  @Test(arguments: [
    ("a b  c", ["a", "b", "c"]), ("\"a b\" c", ["a b", "c"]), ("", []), ("it\"s \"open", ["it\"s", "\"open"]),
    ("ä\n  日本", ["ä", "日本"]),
  ])
  func listsAreSplitAtWhiteSpace(text: String, words: [String]) {
    #expect(IniFile.words(in: text) == words)
  }

  @Test func missingFileIsAnError() {
    #expect(throws: PipelineError.self) { try ConfigFile.load(path: "/nowhere/likeness.ini") }
    #expect(throws: Never.self) { try ConfigFile.load(path: nil, folder: "/nowhere") }
  }
}
