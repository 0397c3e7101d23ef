public import Foundation
public import Inference

/// The sources of the kernels that come with the program.
public enum DeviceKernels {
  /// The bundle of this target.
  public static var bundle: Bundle { .module }

  /// Text of `common.cuh`, which all kernels include.
  public static func common() throws -> String { try text("common.cuh", in: .module) }

  /// A source of this target, with what it includes.
  static func source(_ name: String) throws -> KernelSource { try source(name, in: .module) }

  /// A `.cu` file in the folder `Resources/Kernels` of a target's bundle. Throws `kernelRejected` when it is not there.
  public static func source(_ name: String, in bundle: Bundle) throws -> KernelSource {
    try KernelSource(name: name, text: text(name, in: bundle), headers: ["common.cuh": common()])
  }

  private static func text(_ name: String, in bundle: Bundle) throws -> String {
    guard
      let url = bundle.url(forResource: name, withExtension: nil, subdirectory: "Resources/Kernels"),
      let text = try? String(contentsOf: url, encoding: .utf8)
    else {
      throw InferenceError(
        .kernelRejected, "The program's own file \(name) is missing.", hint: "Install Likeness again.")
    }
    return text
  }
}
