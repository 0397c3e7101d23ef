import CFFmpeg

/// FFmpeg's option dictionary, freed with its last owner. What FFmpeg did not understand stays in it.
final class OptionDictionary {
  var pointer: OpaquePointer?

  init(_ options: [(String, String)] = []) {
    for (name, value) in options { self[name] = value }
  }

  deinit { av_dict_free(&pointer) }

  subscript(name: String) -> String? {
    get {
      guard let entry = av_dict_get(pointer, name, nil, 0), let value = entry.pointee.value else { return nil }
      return String(cString: value)
    }
    set { av_dict_set(&pointer, name, newValue, 0) }
  }

  var names: [String] { swiftDictionary(pointer).keys.sorted() }
}
