import Faces
import Inference
import Media
import ModelStore
import Pipeline
import Processors
import Testing

@testable import likeness

@Suite struct ExitStatusTests {
  @Test func refusedInputsAndOptions() {
    #expect(ExitStatus(PipelineError(.usage, "")) == .refused)
    #expect(ExitStatus(PipelineError(.configuration, "")) == .refused)
    #expect(ExitStatus(PipelineError(.noFace, "")) == .refused)
    #expect(ExitStatus(MediaError(.notFound, "")) == .refused)
    #expect(ExitStatus(MediaError(.outputEqualsInput, "")) == .refused)
    #expect(ExitStatus(FacesError(code: .invalidOption, message: "")) == .refused)
    #expect(ExitStatus(ProcessorsError(.option, "")) == .refused)
    #expect(ExitStatus(ModelStoreError(.licenceNotAccepted, "")) == .refused)
    #expect(ExitStatus(ModelStoreError(.unknownModel, "")) == .refused)
    #expect(ExitStatus(InferenceError(.invalidOption, "")) == .refused)
  }

  @Test func failuresOnTheWay() {
    #expect(ExitStatus(MediaError(.diskFull, "")) == .failure)
    #expect(ExitStatus(MediaError(.damaged, "")) == .failure)
    #expect(ExitStatus(InferenceError(.runFailed, "")) == .failure)
    #expect(ExitStatus(InferenceError(.overBudget, "")) == .failure)
    #expect(ExitStatus(InferenceError(.deviceFailed, "")) == .failure)
    #expect(ExitStatus(PipelineError(.failed, "")) == .failure)
    #expect(ExitStatus(ModelStoreError(.downloadFailed, "")) == .failure)
    #expect(ExitStatus(CancellationError()) == .failure)
  }

  @Test func machineNotReady() {
    #expect(ExitStatus(InferenceError(.libraryMissing, "")) == .notInstalled)
    #expect(ExitStatus(InferenceError(.providerFailed, "")) == .notInstalled)
    #expect(ExitStatus(InferenceError(.deviceMissing, "")) == .notInstalled)
    #expect(ExitStatus(ModelStoreError(.modelMissing, "")) == .notInstalled)
    #expect(ExitStatus(FacesError(code: .unexpectedModel, message: "")) == .notInstalled)
  }

  @Test func signalsCountAsShellsDo() {
    #expect(ExitStatus.ended(by: 2) == 130)
    #expect(ExitStatus.ended(by: 15) == 143)
  }
}
