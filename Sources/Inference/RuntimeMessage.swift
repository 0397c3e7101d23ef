/// Turns the runtime's messages into a part of a sentence.
enum RuntimeMessage {
  private static let marker = "[ONNXRuntimeError] : "

  /// Leaves out where in the runtime's source it happened and the error's number and name; one line, no full stop.
  ///
  /// `/src/a.cc:7 Get() [ONNXRuntimeError] : 1 : FAIL : It broke.` becomes `It broke`.
  static func reason(_ message: String) -> String {
    var text = message[...]
    if let place = text.ranges(of: marker).last {
      // Behind the marker: number, name, text.
      text =
        text[place.upperBound...].split(separator: " : ", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
    }
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let end = line.lastIndex { $0 != "." }
    return end.map { String(line[...$0]) } ?? "no reason given"
  }

  /// What allocators, CUDA, cuDNN and cuBLAS say when there is no memory left; they share no error code.
  static func saysOutOfMemory(_ message: String) -> Bool {
    let text = message.lowercased()
    return [
      "out of memory", "out_of_memory", "failed to allocate memory", "alloc_failed", "bad_alloc",
      "available memory of", "memory limit",
    ].contains { text.contains($0) }
  }
}
