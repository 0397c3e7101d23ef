import Testing

@testable import Inference

@Suite struct RuntimeMessageTests {
  @Test(arguments: [
    ("Invalid rank for input: x", "Invalid rank for input: x"),
    ("/src/a.cc:7 Provider& Get() [ONNXRuntimeError] : 1 : FAIL : Failed : no file.\n", "Failed : no file"),
    ("[ONNXRuntimeError] : 2 : OUTER : a [ONNXRuntimeError] : 1 : FAIL : inner\n  cause", "inner cause"),
    ("", "no reason given"), ("[ONNXRuntimeError] : 1 : FAIL : ", "no reason given"),
  ])
  func keepsTheReason(message: String, reason: String) {
    #expect(RuntimeMessage.reason(message) == reason)
  }
}
