/// A package of a user's own, as files.
public struct SuitePackage: Sendable {
    /// The folder's last part, which names the package.
    public let name: String
    /// Where Assay is.
    public let assay: AssayLocation
    /// The database's name.
    public let database: String
    /// The folder, from the root.
    public let folder: String
    /// How the nightly audit names the database; never with a password.
    public let service: String
    /// The declarations.
    public let suite: SuiteText

    /// Names what a package is made of.
    public init(
        name: String, assay: AssayLocation, database: String, folder: String, service: String,
        suite: SuiteText
    ) {
        self.name = name
        self.assay = assay
        self.database = database
        self.folder = folder
        self.service = service
        self.suite = suite
    }

    /// All its files.
    public var files: NewFiles {
        var texts = [
            "Package.swift": manifest, "README.md": readme, ".gitignore": ignored,
            ".swift-format": format, ".github/workflows/audit.yml": workflow,
            "systemd/\(unit).service": systemdService, "systemd/\(unit).timer": systemdTimer,
            "Sources/checks/Suite.swift": main,
        ]
        for file in suite.files { texts["Sources/checks/\(file.path)"] = file.text }
        return NewFiles(texts)
    }

    private var unit: String { "\(SwiftText.fileName(name))-audit" }

    private var manifest: String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: \(SwiftText.literal(name)),
            dependencies: [\(assay.dependency)],
            targets: [
                .executableTarget(
                    name: "checks",
                    dependencies: [
                        .product(name: "Assay", package: \(SwiftText.literal(assay.identity))),
                        .product(name: "AssayMain", package: \(SwiftText.literal(assay.identity))),
                    ])
            ]
        )

        """
    }

    private var main: String {
        """
        import Assay
        import AssayMain

        /// What the database \(database) promises. A table that is not listed here is refused.
        @main struct Checks: AuditSuite {
            static let name = \(SwiftText.literal(name))
            static let expected = ExpectedDatabase(name: \(SwiftText.literal(database)))
            static let tables = \(suite.list(margin: "    "))
        }

        """
    }

    private var ignored: String {
        """
        .assay/
        .build/
        reports/

        """
    }

    private var format: String {
        """
        {
          "version": 1,
          "lineLength": 100,
          "indentation": { "spaces": 4 }
        }

        """
    }

    private var readme: String {
        """
        # \(name)

        What the database `\(database)` promises about its data, one file a table, and what became of the
        promises every night. \(assay.mention) holds them against the database; it only reads.

        ```sh
        swift run checks list                                     # the promises in words
        swift run checks doctor --database \(service)
        swift run checks audit --database \(service)
        swift run checks prove --database \(service)
        ```

        `doctor` says whether an audit can run, and `prove` shows that every check can fail. The first build
        takes a minute or two, those after an edit seconds. The status is 0 where nothing of severity `error` is
        wrong, 1 where something is, 2 where a check could not be evaluated.

        ## Where the suite comes from

        `assay init` read each table once and suggested what held, with the evidence beside each line. What is
        broken today is suggested as a warning, so that the first audit is not red. From here on it is yours:

        1. Read each file of `Sources/checks/` once. Take out what is true by accident.
        2. Look at the warnings; mend the data, or say with `.allow(upTo:)` how much is accepted. Where a warning
           is mended, take its `.severity(.warning)` away.
        3. Say `.because("…")` where a line does not tell why it matters, and `.owner("…")` behind a table.

        `swift run checks explain` lists the kinds of checks there are.

        ## Every night

        \(naming), and then:

        ```sh
        swift build -c release
        systemctl --user link "$PWD"/systemd/\(unit).service
        systemctl --user enable --now "$PWD"/systemd/\(unit).timer
        loginctl enable-linger
        ```

        ## In CI

        `.github/workflows/audit.yml` audits on every push and every night. It needs the secret
        `ASSAY_DATABASE_URL`, of a role that may only read\(assay.workflowRemark).

        """
    }

    /// What the nightly audit finds the database by.
    private var naming: String {
        service.hasPrefix("service=")
            ? "Name the database in `~/.pg_service.conf`, its password in `~/.pgpass`"
            : "Put the database's password into `~/.pgpass`, where it has one"
    }

    private var workflow: String {
        """
        name: audit

        on:
          push:
          schedule:
            - cron: "17 4 * * *"
          workflow_dispatch:

        permissions:
          contents: read

        jobs:
          audit:
            runs-on: ubuntu-latest
            container: swift:6.2-bookworm
            timeout-minutes: 60
            steps:
              - uses: actions/checkout@v4
              - name: System packages
                run: |
                  apt-get update -qq
                  apt-get install -y -qq --no-install-recommends git pkg-config libpq-dev libssl-dev libpg-query-dev
        \(assay.workflowStep)      - uses: actions/cache@v4
                with:
                  path: .build
                  key: checks-${{ runner.os }}-${{ hashFiles('Package.*', 'Sources/**') }}
                  restore-keys: checks-${{ runner.os }}-
              - run: swift build --product checks
              - name: Audit
                env:
                  ASSAY_DATABASE_URL: ${{ secrets.ASSAY_DATABASE_URL }}
                run: .build/debug/checks audit --format github
              - uses: actions/upload-artifact@v4
                if: always()
                with:
                  name: reports
                  path: reports
                  if-no-files-found: ignore

        """
    }

    private var systemdService: String {
        """
        [Unit]
        Description=Audit of the database \(database)
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=oneshot
        WorkingDirectory=\(folder)
        ExecStart=\(folder)/.build/release/checks audit --database \(service)

        """
    }

    private var systemdTimer: String {
        """
        [Unit]
        Description=Audit of the database \(database), every night

        [Timer]
        OnCalendar=*-*-* 04:17
        Persistent=true

        [Install]
        WantedBy=timers.target

        """
    }
}
