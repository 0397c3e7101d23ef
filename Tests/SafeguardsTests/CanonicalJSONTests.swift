import Testing

@testable import Safeguards

@Suite struct CanonicalJSONTests {
  /// RFC 8785, appendix B: bits of a double and how it is written.
  static let numbers: [(UInt64, String)] = [
    (0x0000_0000_0000_0000, "0"),
    (0x8000_0000_0000_0000, "0"),
    (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"),
    (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
    (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"),
    (0xC340_0000_0000_0000, "-9007199254740992"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"),
    (0x44B5_2D02_C7E1_4AF6, "1e+23"),
    (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
    (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
    (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"),
    (0x444B_1AE4_D6E2_EF50, "1e+21"),
    (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"),
    (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
    (0x41B3_DE43_5555_5553, "333333333.3333332"),
    (0x41B3_DE43_5555_5554, "333333333.33333325"),
    (0x41B3_DE43_5555_5555, "333333333.3333333"),
    (0x41B3_DE43_5555_5556, "333333333.3333334"),
    (0x41B3_DE43_5555_5557, "333333333.33333343"),
    (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
    (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
  ]

  @Test(arguments: numbers) func numbersAsECMAScript(_ bits: UInt64, _ text: String) {
    #expect(CanonicalJSON.number(Double(bitPattern: bits)).text == text)
  }

  @Test(
    arguments: [
      (1, "1"), (-1, "-1"), (10, "10"), (100, "100"), (0.1, "0.1"), (0.5, "0.5"), (-0.25, "-0.25"), (12.5, "12.5"),
      (1e16, "10000000000000000"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-9, "1.5e-9"),
      (1e20, "100000000000000000000"),
      (123456.789, "123456.789"), (2e21, "2e+21"),
    ] as [(Double, String)]) func commonNumbers(_ value: Double, _ text: String)
  {
    #expect(CanonicalJSON.number(value).text == text)
    #expect(Double(text) == value)
  }

  /// RFC 8785, section 3.2.3: order of names is that of UTF-16 code units.
  @Test func namesAreSortedByUTF16() {
    let json = CanonicalJSON(
      parsing:
        #"{"\u20ac":"Euro","\r":"Return","\ufb33":"Dalet","1":"One","\ud83d\ude00":"Smile","\u0080":"C","ö":"O"}"#)
    #expect(
      json?.text
        == "{\"\\r\":\"Return\",\"1\":\"One\",\"\u{80}\":\"C\",\"ö\":\"O\",\"€\":\"Euro\",\"😀\":\"Smile\",\"\u{FB33}\":\"Dalet\"}"
    )
  }

  /// RFC 8785, section 3.2.2.
  @Test func theRFCsExample() {
    let json = CanonicalJSON(
      parsing: #"""
        { "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }
        """#)
    let expected =
      #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
      + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    #expect(json?.text == expected)
    #expect(CanonicalJSON(parsing: expected) == json)
  }

  @Test func controlsAreEscapedAndNothingElse() {
    #expect(CanonicalJSON.text("\u{8}\t\n\u{C}\r\0\u{1F}").text == #""\b\t\n\f\r\u0000\u001f""#)
    #expect(CanonicalJSON.text("é/<>&\u{7F}\u{2028}").text == "\"é/<>&\u{7F}\u{2028}\"")
  }

  @Test func whatIsNotFiniteIsNoJSON() {
    #expect(throws: EncodingError.self) { try CanonicalJSON(encoding: [Double.nan]) }
  }

  @Test func personalTextsBecomeCommitments() throws {
    var entry = AuditEntry(.started)
    entry.actor = AuditActor(user: "Ada", host: "a\0b", program: "P")
    entry.options = [.personal("source", "/home/ada/x.png"), AuditOption("personal", "no")]
    var json = try CanonicalJSON(encoding: entry)
    let taken = json.commit()
    #expect(taken.map(\.field) == ["actor.host", "actor.user", "options.0.personalValue"])
    #expect(taken.map(\.text) == ["a\u{FFFD}b", "Ada", "/home/ada/x.png"])
    #expect(Set(taken.map(\.salt)).count == 3)
    #expect(!json.text.contains("Ada") && !json.text.contains("/home"))
    #expect(json.commitments == Dictionary(uniqueKeysWithValues: taken.map { ($0.field, $0.commitment!) }))
    let back = try json.filled(with: ["actor.user": "Ada"]).decoded(as: AuditEntry.self)
    #expect(back.actor?.user?.text == "Ada" && back.actor?.user?.commitment == taken[1].commitment)
    #expect(back.actor?.host?.text == nil && back.actor?.host?.commitment == taken[0].commitment)
    #expect(back.options[1] == AuditOption("personal", "no"))
  }

  @Test(arguments: [
    "", "{", "[1,]", "[1 2]", "{\"a\":1,\"a\":2}", "{a:1}", "01", "-", "1.", ".5", "1e", "+1", "1e999", "tru", "nul",
    "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\n\"", "1 1", "{\"a\"}", "[1}",
    String(repeating: "[", count: 100_000), "\"\\u+123\"",
  ]) func whatIsNoJSON(_ text: String) {
    #expect(CanonicalJSON(parsing: text) == nil)
  }

  @Test func spaceAndEscapesAreRead() {
    let json = CanonicalJSON(parsing: " { \"a\" : [ ] , \"b\" : { } ,\n\"\\u00e9\\ud83d\\ude00\\/\" : -0.5E+1 } ")
    #expect(json?.text == #"{"a":[],"b":{},"é😀/":-5}"#)
    #expect(CanonicalJSON(parsing: [0x22, 0xFF, 0x22]) == nil)
    #expect(CanonicalJSON(parsing: "[true,false,null,0,-1,1e2]")?.text == "[true,false,null,0,-1,100]")
  }
}
