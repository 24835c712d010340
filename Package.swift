// swift-tools-version: 6.2

// The architecture, top to bottom: each target sees only what stands above it.

import PackageDescription

let package = Package(
    name: "assay",
    products: [
        .executable(name: "assay", targets: ["AssayCommand"]),
        .executable(name: "assay-import", targets: ["AssayImportCommand"]),
        .library(name: "Assay", targets: ["Assay"]),
        .library(name: "AssayMain", targets: ["AssayMain"]),
        .library(name: "AssayTesting", targets: ["AssayTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The C libraries, as the system installs them.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPgQuery", providers: [.apt(["libpg-query-dev"])]),

        // The vocabulary a check author imports: pure values, no I/O.
        .target(name: "Assay"),

        // The only importer of CLibPQ.
        .target(
            name: "Postgres",
            dependencies: [
                "CLibPQ",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: [.strictMemorySafety()]
        ),

        // The only importer of CPgQuery: SQL text as PostgreSQL reads it.
        .target(
            name: "SQLSyntax", dependencies: ["CPgQuery"], swiftSettings: [.strictMemorySafety()]),

        // What this warehouse promises about its data.
        .target(name: "Checks", dependencies: ["Assay"], path: "checks", exclude: ["README.md"]),

        // Declared checks against a live database: plan, snapshot, run, judge.
        .target(name: "Auditor", dependencies: ["Assay", "Postgres", "CLibCrypto"]),

        // Checks for a database that has none: a profile, and what it suggests, as a package.
        .target(name: "Suggestions", dependencies: ["Auditor", "Assay", "Postgres"]),

        // Suites of dbt, Soda and Great Expectations as checks: the only importer of Yams.
        .target(name: "Imports", dependencies: ["Suggestions", "Auditor", "Assay", "Yams"]),

        // Repairs: planned, reviewed, applied in one transaction, undone.
        .target(
            name: "Fixes",
            dependencies: [
                "Auditor", "SQLSyntax",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            resources: [.embedInCode("install.sql")]
        ),

        // Names in code, held against a live catalog.
        .target(
            name: "StaleNames",
            dependencies: [
                "Auditor", "Assay", "Postgres", "SQLSyntax",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),

        // Migrations: read, linted, judged before they run.
        .target(
            name: "Gate",
            dependencies: [
                "Auditor", "SQLSyntax", "Postgres", "Assay",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),

        // What runs measured over time, and that two of them do not overlap.
        .target(
            name: "History", dependencies: ["Auditor"], resources: [.embedInCode("history.sql")]),

        // One renderer a file.
        .target(name: "Reports", dependencies: ["Assay"]),

        // The warehouse of the incident, generated.
        .target(
            name: "Demo",
            dependencies: ["Postgres"],
            resources: [.embedInCode("warehouse.sql"), .embedInCode("incident.sql")]
        ),

        // What turns a list of tables into the `assay` command.
        .target(
            name: "AssayMain",
            dependencies: [
                "Gate", "StaleNames", "Fixes", "Suggestions", "Auditor", "History", "Reports",
                "Demo",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // This warehouse's command: AssayMain and checks/.
        .executableTarget(name: "AssayCommand", dependencies: ["AssayMain", "Checks"]),

        // What `assay import` runs, so that no audit pays for YAML.
        .executableTarget(name: "AssayImportCommand", dependencies: ["Imports"]),

        // For tests, ours and our users': scratch databases and golden files.
        .target(name: "AssayTesting", dependencies: ["Postgres"]),

        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "AssayTesting"]),
        .testTarget(name: "SQLSyntaxTests", dependencies: ["SQLSyntax"]),
        .testTarget(name: "AssayTests", dependencies: ["Assay", "AssayTesting"]),
        .testTarget(name: "AuditorTests", dependencies: ["Auditor", "AssayTesting"]),
        .testTarget(
            name: "SuggestionsTests", dependencies: ["Suggestions", "AssayTesting"],
            exclude: ["Golden"]),
        .testTarget(
            name: "ImportsTests", dependencies: ["Imports", "AssayTesting"],
            exclude: ["Golden", "Fixtures"]),
        .testTarget(
            name: "FixesTests",
            dependencies: [
                "Fixes", "AssayTesting", "SmallWarehouse",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),
        // A command that tests may kill.
        .executableTarget(
            name: "SmallWarehouse", dependencies: ["Assay", "AssayMain"],
            path: "Tests/SmallWarehouse"),
        .testTarget(
            name: "GateTests", dependencies: ["Gate", "AssayTesting"]),
        .testTarget(
            name: "StaleNamesTests",
            dependencies: [
                "StaleNames", "Auditor", "Assay", "Postgres", "SQLSyntax", "AssayTesting",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            exclude: ["Golden", "Fixtures"]),
        .testTarget(name: "HistoryTests", dependencies: ["History", "AssayTesting"]),
        .testTarget(
            name: "ReportsTests", dependencies: ["Assay", "Reports", "AssayTesting"],
            exclude: ["Golden"]),
        .testTarget(
            name: "AssayMainTests",
            dependencies: [
                "AssayMain", "StaleNames", "Checks", "Demo", "AssayTesting",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            exclude: ["Golden"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
        ]
}
