// swift-tools-version: 6.2

// What measures Assay. A package of its own, so that whoever depends on Assay resolves none of it.

import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "assay", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
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
