// swift-tools-version: 6.2

// The architecture, top to bottom: each target sees only what stands above it.

import PackageDescription

let package = Package(
    name: "assay",
    products: [
        .executable(name: "assay", targets: ["AssayCommand"]),
        .executable(name: "assay-import", targets: ["AssayImportCommand"]),
        .executable(name: "assay-server", targets: ["AssayServerCommand"]),
        .library(name: "Assay", targets: ["Assay"]),
        .library(name: "AssayMain", targets: ["AssayMain"]),
        .library(name: "AssayTesting", targets: ["AssayTesting"]),
        .library(name: "Server", targets: ["Server", "Postgres"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The C libraries, as the system installs them.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPgQuery", providers: [.apt(["libpg-query-dev"])]),
        .systemLibrary(
            name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CLibXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        // The part of the C library that Swift's Glibc leaves out.
        .systemLibrary(name: "CMalloc"),

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

        // The only importer of CLibCurl: HTTP to hosts that somebody else names.
        .target(name: "Web", dependencies: ["CLibCurl"], swiftSettings: [.strictMemorySafety()]),

        // The only importer of CLibXML: pages of others, as text.
        .target(
            name: "Pages", dependencies: ["CLibXML", "Web"], swiftSettings: [.strictMemorySafety()]),

        // What this warehouse promises about its data.
        .target(name: "Checks", dependencies: ["Assay"], path: "checks", exclude: ["README.md"]),

        // Checks evaluated on the bytes of rows as COPY sends them.
        .target(name: "Streams", dependencies: ["Assay"]),

        // Declared checks against a live database: plan, snapshot, run, judge.
        .target(
            name: "Auditor", dependencies: ["Assay", "Postgres", "Streams", "CLibCrypto"],
            resources: [.embedInCode("Incremental/tracking.sql")]),

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

        // What takes payloads in: schema, policies, workflows, quarantine, backfills.
        .target(
            name: "Ingest", dependencies: ["Auditor", "Assay", "Postgres"],
            resources: [
                .embedInCode("Schema/001_tables.sql"), .embedInCode("Schema/002_triggers.sql"),
                .embedInCode("Schema/003_promises.sql"),
                .embedInCode("Schema/004_bookkeeping.sql"),
                .embedInCode("Schema/005_vocabulary.sql"), .embedInCode("Schema/006_rights.sql"),
                .embedInCode("Schema/007_sending.sql"), .embedInCode("Schema/008_reading.sql"),
                .embedInCode("Schema/009_resending.sql"),
            ]),

        // The service: endpoints over the ingest core, and the sender.
        .target(
            name: "Server",
            dependencies: [
                "Ingest", "Pages", "Web", "Auditor", "Assay", "Postgres",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ]),

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
                "Gate", "StaleNames", "Fixes", "Suggestions", "Auditor", "History", "Ingest",
                "Reports", "Demo", "CMalloc",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // This warehouse's command: AssayMain and checks/.
        .executableTarget(name: "AssayCommand", dependencies: ["AssayMain", "Checks"]),

        // What `assay import` runs, so that no audit pays for YAML.
        .executableTarget(name: "AssayImportCommand", dependencies: ["Imports"]),

        // The service of this warehouse, which no audit builds or starts.
        .executableTarget(
            name: "AssayServerCommand",
            dependencies: [
                "Server", "Checks", "Auditor", "Postgres", "Web",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // For tests, ours and our users': scratch databases and golden files.
        .target(name: "AssayTesting", dependencies: ["Postgres"]),

        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "AssayTesting"]),
        .testTarget(name: "SQLSyntaxTests", dependencies: ["SQLSyntax"]),
        // A server of HTTP that does as tests tell it.
        .target(name: "Loopback", path: "Tests/Loopback"),
        // What strikes processes and wires, for tests of what is left afterwards.
        .target(
            name: "Faults",
            dependencies: [
                "Postgres", .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: "Tests/Faults"),
        // A migrated warehouse for each test, copied from one.
        .target(
            name: "MigratedWarehouse",
            dependencies: ["Ingest", "Auditor", "Postgres", "AssayTesting"],
            path: "Tests/MigratedWarehouse"),
        .testTarget(name: "WebTests", dependencies: ["Web", "Loopback"]),
        .testTarget(name: "PagesTests", dependencies: ["Pages", "Web", "Loopback"]),
        .testTarget(name: "AssayTests", dependencies: ["Assay", "AssayTesting"]),
        .testTarget(name: "StreamsTests", dependencies: ["Streams"]),
        .testTarget(name: "AuditorTests", dependencies: ["Auditor", "Streams", "AssayTesting"]),
        .testTarget(
            name: "SuggestionsTests", dependencies: ["Suggestions", "AssayTesting"],
            exclude: ["Golden"]),
        .testTarget(
            name: "ImportsTests", dependencies: ["Imports", "AssayTesting"],
            exclude: ["Golden", "Fixtures"]),
        .testTarget(
            name: "FixesTests",
            dependencies: [
                "Fixes", "AssayTesting", "SmallWarehouse", "Faults",
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
            name: "ServerTests",
            dependencies: [
                "Server", "Ingest", "Pages", "Web", "Auditor", "Checks", "Loopback", "AssayTesting",
                "Faults", "MigratedWarehouse",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "IngestTests",
            dependencies: ["Ingest", "Fixes", "Checks", "AssayTesting", "MigratedWarehouse"]),
        .testTarget(
            name: "ReportsTests", dependencies: ["Assay", "Reports", "AssayTesting"],
            exclude: ["Golden"]),
        .testTarget(
            name: "AssayMainTests",
            dependencies: [
                "AssayMain", "StaleNames", "Checks", "Demo", "AssayTesting", "Loopback",
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
