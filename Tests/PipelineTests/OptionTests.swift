import Pipeline
import Processors
import Testing

@Suite struct OptionTests {
  private let table = OptionTable.run.flatMap(\.options)

  private func parse(_ arguments: String...) throws -> ParsedArguments {
    try ParsedArguments(arguments, table: table)
  }

  @Test func shortLongAndContainerScriptNamesMeanTheSame() throws {
    let long = try parse("--source-paths", "a.jpg", "b.jpg", "--target-path", "t.mp4", "--output-path", "o.mp4")
    let short = try parse("-s", "a.jpg", "b.jpg", "-t", "t.mp4", "-o", "o.mp4")
    let script = try parse("--source", "a.jpg", "b.jpg", "--target", "t.mp4", "--output", "o.mp4")
    #expect(long == short)
    #expect(long == script)
    #expect(long.values["source_paths"] == ["a.jpg", "b.jpg"])
  }

  @Test func prefixesEqualsSignsAndRepeats() throws {
    #expect(try parse("--face-detector-sc", "0.35").values == ["face_detector_score": ["0.35"]])
    #expect(try parse("--face-detector-score=0.33").values == ["face_detector_score": ["0.33"]])
    #expect(try parse("--target", "a", "--target", "b").values == ["target_path": ["b"]])
    #expect(try parse("--reference-face-position", "-1").values == ["reference_face_position": ["-1"]])
    #expect(try parse("--target=--odd name").values == ["target_path": ["--odd name"]])
    #expect(try parse("--target", "a", "--", "-x").positionals == ["-x"])
    #expect(try parse("--help").wantsHelp)
  }

  @Test(arguments: [
    (["--no-such"], "There is no option --no-such"), (["-q"], "There is no option -q"),
    (["--face-detector"], "ambiguous"), (["--target-path"], "needs a path"),
    (["--processors", "-t", "x"], "needs one or more of"), (["--face-detector-score", "1.5"], "from 0 to 1"),
    (["--face-detector-score", "nan"], "from 0 to 1"), (["--output-video-quality", "101"], "from 0 to 100"),
    (["--face-mask-padding", "1", "2", "3", "4", "5"], "1 to 4 whole numbers from 0 to 100"),
    (["--face-mask-padding", "-1"], "from 0 to 100"), (["--face-selector-mode", "all"], "many, one, reference"),
    (["--execution-thread-count", "0"], "from 1 to 32"), (["--processors", "lip_syncer"], "face_swapper"),
    (["--face-detector-angles", "45"], "0, 90, 180, 270"), (["--target-path", ""], "a path"),
  ])
  func badOptionsAreNamedWithTheirRange(arguments: [String], part: String) {
    #expect {
      _ = try ParsedArguments(arguments, table: table)
    } throws: { error in
      let error = error as? PipelineError
      return error?.code == .usage && error?.message.contains(part) == true
    }
  }

  @Test func commandLineBeatsConfigFileBeatsDefault() throws {
    let ini = try IniFile(
      text: """
        [face_detector]
        face_detector_score = 0.7
        face_detector_margin = 1 2
        [face_masker]
        face_mask_blur =
        [output_creation]
        output_video_quality = 60
        """, path: "likeness.ini")
    let given = try parse("--output-video-quality", "90").values
    let values = try OptionValues(table: table, given: given, ini: ini)
    #expect(values.integer("output_video_quality") == 90)
    #expect(values.number("face_detector_score") == 0.7)
    #expect(values.number("face_mask_blur") == 0.3)
    #expect(values.spacing("face_detector_margin") == (1, 2, 1, 2))
    #expect(values.string("target_path") == nil)
    #expect(values.warnings.isEmpty)
  }

  @Test func defaultsOfFaceFusionHoldWhereAskedFor() throws {
    func values(_ words: String...) throws -> OptionValues {
      try OptionValues(table: table, given: ParsedArguments(words, table: table).values, ini: nil)
    }
    let peers = try values("--defaults", "facefusion", "--face-mask-blur", "0.5")
    #expect(peers.string("face_detector_model") == "yolo_face")
    #expect(peers.string("face_swapper_model") == "hyperswap_1a_256")
    #expect(peers.strings("face_mask_types") == ["box"])
    #expect(peers.number("face_mask_blur") == 0.5)
    // No such option there, or found out at run time: ours.
    #expect(peers.string("detect_interval") == "10")
    #expect(peers.string("temp_path") == nil)
    #expect(try values().string("face_detector_model") == "centerface")
  }

  @Test func configFileErrorsNameFileKeyAndRange() throws {
    let ini = try IniFile(text: "[face_detector]\nface_detector_model = yolo_fase\n", path: "my.ini")
    #expect {
      _ = try OptionValues(table: table, given: [:], ini: ini)
    } throws: { error in
      let text = "\(error)"
      return ["my.ini", "line 2", "face_detector_model", "yolo_fase", "centerface"].allSatisfy(text.contains)
    }
  }

  @Test func keysOfOtherCommandsAreOnlyMentioned() throws {
    let ini = try IniFile(text: "[uis]\nui_layouts = default\nopen_browser =\n", path: "facefusion.ini")
    let values = try OptionValues(table: table, given: [:], ini: ini)
    #expect(values.warnings.count == 1)
    #expect(values.warnings[0].contains("ui_layouts"))
  }

  @Test(arguments: [
    (["5"], [5, 5, 5, 5]), (["1", "2"], [1, 2, 1, 2]), (["1", "2", "3"], [1, 2, 3, 2]),
    (["1", "2", "3", "4"], [1, 2, 3, 4]),
  ])
  func spacingIsFilledUpAsInCSS(values: [String], sides: [Int]) throws {
    let options = try OptionValues(table: table, given: ["face_mask_padding": values], ini: nil)
    let spacing = options.spacing("face_mask_padding")
    #expect([spacing.top, spacing.right, spacing.bottom, spacing.left] == sides)
  }

  @Test func everyOptionOfTheTableIsSound() {
    var names: Set<String> = []
    for spec in table {
      for name in [spec.name] + spec.aliases { #expect(names.insert(name).inserted, "\(name) is there twice") }
      #expect(spec.help.hasSuffix("."), "\(spec.name)")
      if let value = spec.defaultValue {
        let words = spec.takesSeveral ? IniFile.words(in: value) : [value]
        #expect(spec.firstBadValue(in: words) == nil, "the default of \(spec.name) is not allowed")
      }
    }
  }
}
