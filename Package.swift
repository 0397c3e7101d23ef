// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// Pixel kernels are compiled for x86-64-v3 (AVX2 + FMA, every server and desktop CPU since about 2013–2015); the
/// program checks for it at start. `LIKENESS_STRICT=1` turns warnings into errors without touching dependencies.
let baseline: [String] = {
  #if arch(x86_64)
    return ["-Xcc", "-march=x86-64-v3"]
  #else
    return []
  #endif
}()
/// The kernels' arithmetic on the processor as on a card: nothing is fused but what says so.
let emulatorFlags: [String] = {
  #if arch(x86_64)
    return ["-std=c++17", "-O2", "-ffp-contract=off", "-march=x86-64-v3"]
  #else
    return ["-std=c++17", "-O2", "-ffp-contract=off"]
  #endif
}()
let strict = ProcessInfo.processInfo.environment["LIKENESS_STRICT"] == "1"

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .unsafeFlags(baseline + (strict ? ["-warnings-as-errors"] : [])),
]

let package = Package(
  name: "likeness",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "likeness", targets: ["likeness"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    .target(name: "CC2PA", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CCUDA", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "COnnxRuntime", linkerSettings: [.linkedLibrary("dl")]),
    .systemLibrary(
      name: "CFFmpegSystem",
      pkgConfig: "libavformat libavcodec libavfilter libavutil libswscale libswresample",
      providers: [
        .apt([
          "libavformat-dev", "libavcodec-dev", "libavfilter-dev", "libavutil-dev", "libswscale-dev",
          "libswresample-dev",
        ])
      ]),
    .target(name: "CFFmpeg", dependencies: ["CFFmpegSystem"]),
    .target(name: "Imaging", swiftSettings: swiftSettings),
    .target(
      name: "Inference",
      dependencies: [
        "CCUDA", "COnnxRuntime", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "DeviceImaging", dependencies: ["Imaging", "Inference"], resources: [.copy("Resources")],
      swiftSettings: swiftSettings),
    .target(
      name: "Media",
      dependencies: ["Imaging", "CFFmpeg", .product(name: "Logging", package: "swift-log")],
      swiftSettings: swiftSettings),
    .target(
      name: "ModelStore",
      dependencies: [
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      resources: [.copy("Resources")],
      swiftSettings: swiftSettings),
    .target(
      name: "Faces",
      dependencies: [
        "DeviceImaging", "Imaging", "Inference", "ModelStore", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Processors",
      dependencies: [
        "DeviceImaging", "Faces", "Imaging", "Inference", "ModelStore", .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.copy("Resources")],
      swiftSettings: swiftSettings),
    .target(
      name: "Safeguards",
      dependencies: [
        "CC2PA", "DeviceImaging", "Faces", "Imaging", "Inference", "ModelStore",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"), .product(name: "TOMLKit", package: "TOMLKit"),
      ],
      resources: [.copy("Resources")],
      swiftSettings: swiftSettings),
    .target(
      name: "Pipeline",
      dependencies: [
        "Faces", "Imaging", "Inference", "Media", "ModelStore", "Processors", "Safeguards", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "likeness",
      dependencies: [
        "Faces", "Imaging", "Inference", "Media", "ModelStore", "Parity", "Pipeline", "Processors", "Safeguards",
        "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "TestSupport", dependencies: ["Imaging", "Inference"], swiftSettings: swiftSettings),
    .target(
      name: "CUDAEmulator", dependencies: ["CCUDA"], path: "Tests/CUDAEmulator",
      cxxSettings: [
        .headerSearchPath("../../Sources/DeviceImaging/Resources/Kernels"), .unsafeFlags(emulatorFlags),
      ]),
    .target(
      name: "CUDATestSupport", dependencies: ["CCUDA", "CUDAEmulator", "Inference"], path: "Tests/CUDATestSupport",
      swiftSettings: swiftSettings),
    .target(
      name: "MediaTestSupport", dependencies: ["CFFmpeg", "Imaging", "Media"], path: "Tests/MediaTestSupport",
      swiftSettings: swiftSettings),
    .target(
      name: "Parity",
      dependencies: ["Faces", "Imaging", "Inference", "ModelStore", "Processors", "TestSupport"],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "Kernels", dependencies: ["Faces", "Imaging", "Inference", "Processors"], path: "Benchmarks/Kernels",
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "FullModelFiles", dependencies: ["TestSupport"], path: "Benchmarks/FullModelFiles",
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "WatermarkBench", dependencies: ["Imaging", "Media", "Safeguards"], path: "Benchmarks/Watermark",
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ImagingTests", dependencies: ["Imaging", "TestSupport"], resources: [.copy("Fixtures")],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "InferenceTests", dependencies: ["CCUDA", "CUDATestSupport", "Inference", "TestSupport"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "DeviceImagingTests",
      dependencies: ["CUDATestSupport", "DeviceImaging", "Imaging", "Inference", "TestSupport"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "MediaTests", dependencies: ["CFFmpeg", "Media", "MediaTestSupport", "TestSupport"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ModelStoreTests", dependencies: ["ModelStore", "TestSupport"], swiftSettings: swiftSettings),
    .testTarget(
      name: "FacesTests", dependencies: ["CUDATestSupport", "DeviceImaging", "Faces", "TestSupport"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ProcessorsTests", dependencies: ["CUDATestSupport", "DeviceImaging", "Processors", "TestSupport"],
      resources: [.copy("Fixtures")], swiftSettings: swiftSettings),
    .testTarget(
      name: "ParityTests", dependencies: ["Parity", "TestSupport"], resources: [.copy("Fixtures")],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "SafeguardsTests",
      dependencies: [
        "CUDATestSupport", "DeviceImaging", "Safeguards", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: swiftSettings),
    .testTarget(
      name: "PipelineTests", dependencies: ["CUDATestSupport", "MediaTestSupport", "Pipeline", "TestSupport"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "likenessTests", dependencies: ["likeness", "TestSupport"], swiftSettings: swiftSettings),
  ]
)
