import Foundation

/// What can be told about the output before any work is done.
enum OutputCheck {
  /// Refuses an output that is a folder, lies in no folder or in one that cannot be written to, or is one of the inputs.
  static func run(output: String, inputs: [String]) throws {
    var status = stat()
    if stat(output, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR {
        throw PipelineError(.output, "The output '\(output)' is a folder.", hint: "Add a file name.")
      }
      for input in inputs where isSameFile(status, input) {
        throw PipelineError(
          .output, "The output '\(output)' is the input file '\(input)'.", hint: "Choose another output name.")
      }
    }
    let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw PipelineError(.output, "The output folder '\(folder)' does not exist.", hint: "Create it first.")
    }
    guard access(folder, W_OK) == 0 else {
      throw PipelineError(.output, "The output folder '\(folder)' may not be written to.", hint: "Check its rights.")
    }
  }

  private static func isSameFile(_ status: stat, _ path: String) -> Bool {
    var other = stat()
    return stat(path, &other) == 0 && other.st_dev == status.st_dev && other.st_ino == status.st_ino
  }
}
