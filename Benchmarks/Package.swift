// swift-tools-version: 6.2

// What measures Assay. A package of its own, so that whoever depends on Assay resolves none of it.

import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "assay", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // The thirty checks that are measured, as a command of their own.
        .executableTarget(
            name: "bench-suite",
            dependencies: [
                .product(name: "Assay", package: "assay"),
                .product(name: "AssayMain", package: "assay"),
            ],
            path: "Sources/Suite"
        ),

        // The checks around the repair that is measured, as a command of their own.
        .executableTarget(
            name: "bench-mending",
            dependencies: [
                .product(name: "Assay", package: "assay"),
                .product(name: "AssayMain", package: "assay"),
            ],
            path: "Sources/Mending"
        ),

        // Assay's own SQL for domains, as variables of psql for the hand-written scripts.
        .executableTarget(
            name: "bench-forms",
            dependencies: [.product(name: "Assay", package: "assay")],
            path: "Sources/Forms",
            linkerSettings: [.linkedLibrary("m")]
        ),

        // What the kernel counts of processes, and figures as tables.
        .target(name: "Measuring"),

        // Runs whole processes in turn and compares them.
        .executableTarget(
            name: "bench-runner",
            dependencies: [
                "Measuring",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Runner"
        ),

        // Loads the service, and does the same in other ways.
        .executableTarget(
            name: "bench-ingest",
            dependencies: [
                "Measuring",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Ingesting"
        ),

        // The old way into the warehouse: a REST layer that stores a row a request.
        .executableTarget(
            name: "bench-gateway",
            dependencies: [
                .product(name: "Server", package: "assay"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/Gateway"
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
