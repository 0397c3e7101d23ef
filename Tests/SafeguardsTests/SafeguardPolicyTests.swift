import Safeguards
import Testing

@Suite struct SafeguardPolicyTests {
  @Test func whatNobodyChangedIsSafe() {
    let policy = SafeguardPolicy()
    for mode in [
      policy.content.mode, policy.protected.mode, policy.minors.mode, policy.watermark.mode, policy.metadata.mode,
      policy.audit.mode,
    ] {
      #expect(mode == .required)
    }
    #expect(policy.similarity.mode == .warn && policy.consent.mode == .warn)
    #expect(policy.minors.age == 18)
  }
}
