/// Which tags go from the input into the output.
enum StreamTags {
  /// Written by muxers about their own file; stale in another one.
  private static let stale: Set<String> = [
    "encoder", "rotate", "duration", "bps", "number_of_frames", "number_of_bytes", "major_brand", "minor_version",
    "compatible_brands", "vendor_id", "variant_bitrate",
  ]

  static func kept(_ tags: [String: String]) -> [String: String] {
    tags.filter { key, _ in
      let name = key.lowercased()
      return !stale.contains(name) && !name.hasPrefix("_statistics") && !isLanguageCopy(name)
    }
  }

  /// Matroska names such as `DURATION-eng`.
  private static func isLanguageCopy(_ name: String) -> Bool {
    ["duration-", "bps-", "number_of_frames-", "number_of_bytes-"].contains { name.hasPrefix($0) }
  }

  /// QuickTime knows these languages by other codes than ISO 639-2/T.
  private static let quickTimeLanguages = [
    "deu": "ger", "nld": "dut", "swe": "sve", "ell": "gre", "isl": "ice", "zho": "chi", "sqi": "alb", "mkd": "mac",
  ]

  /// Tags of a stream as the container wants them.
  static func kept(_ tags: [String: String], in container: Container) -> [String: String] {
    var tags = kept(tags)
    if container == .mov, let language = tags["language"], let other = quickTimeLanguages[language] {
      tags["language"] = other
    }
    return tags
  }

  /// File tags that mp4 and mov hold in their own fields (by FFmpeg's muxer).
  private static let mp4Names: Set<String> = [
    "title", "artist", "author", "album_artist", "composer", "album", "date", "comment", "genre", "copyright",
    "grouping", "lyrics", "description", "synopsis", "show", "episode_id", "episode_sort", "network", "keywords",
    "season_number", "media_type", "hd_video", "gapless_playback", "compilation", "track", "disc", "tmpo",
    "creation_time", "location", "make", "model", "timecode", "sort_name", "sort_artist", "sort_album",
    "sort_album_artist", "sort_composer", "sort_show", "encoding_tool", "performer", "rating", "podcast", "category",
    "language",
  ]

  /// Apple cameras write free keys; where the input has such, the output gets the same kind of list.
  static func usesFreeKeys(_ tags: [String: String]) -> Bool {
    tags.keys.contains { $0.hasPrefix("com.apple.quicktime.") }
  }

  /// The input's tags and those that are added, which replace the input's whatever the case of their names.
  static func merged(_ tags: [String: String], with added: [String: String]) -> [String: String] {
    let names = Set(added.keys.map { $0.lowercased() })
    return tags.filter { !names.contains($0.key.lowercased()) }.merging(added.filter { !$0.value.isEmpty }) { $1 }
  }

  /// Names that the container would lose.
  static func lost(_ tags: [String: String], in container: Container) -> [String] {
    switch container {
    case .mkv, .webm: return []
    case .mp4, .mov, .m4v:
      if usesFreeKeys(tags) { return [] }
      return tags.keys.filter {
        !mp4Names.contains($0.lowercased()) && !$0.lowercased().hasPrefix("location-")
      }.sorted()
    case .avi:
      let names: Set<String> = [
        "title", "artist", "album", "comment", "copyright", "date", "genre", "track", "language", "encoded_by",
      ]
      return tags.keys.filter { !names.contains($0.lowercased()) }.sorted()
    }
  }
}
