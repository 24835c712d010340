import Assay

/// What running migrations may show, each by its name and its page.
enum ShadowRules {
    static let failsOnShadow = RuleDocumentation(
        "fails-on-shadow", .error,
        summary: "A migration fails where its schema is the real one.",
        why: """
            It would fail in production, perhaps half way. A migration that did not run was not judged, \
            so the gate ends in 2.
            """,
        instead:
            "Mend the statement, or build the shadow of what production has: --from or --base.",
        limits: """
            The shadow is empty: what only rows make fail is told by `rows-in-the-way`. It cannot be \
            accepted by a comment.
            """,
        refuses: ["ALTER TABLE core.companies DROP COLUMN never_was"],
        accepts: ["ALTER TABLE core.companies DROP COLUMN size"])

    static let shadowIncomplete = RuleDocumentation(
        "shadow-incomplete", .warning,
        summary: "Some of the real schema could not be made on the shadow.",
        why: "What the migration does to the part that lacks is not seen.",
        instead: "Install on the shadow's server what the real one has, such as its extensions.",
        limits: "Only the first thing that lacks is named.",
        refuses: ["CREATE EXTENSION only_on_the_real_server"], accepts: ["CREATE EXTENSION citext"])

    static let blocksTable = RuleDocumentation(
        "blocks-table", .info,
        summary: "Others wait for a table while a migration holds its lock.",
        why: """
            A lock is held until its transaction ends, so that every statement behind it makes the wait \
            longer; and who waits holds up who comes after.
            """,
        instead: """
            Take the safe form that the rules offer, split the migration, and set a lock_timeout.
            """,
        limits: """
            The time is a rough estimate from the size of the real table: whether moments, seconds, \
            minutes or hours. It is an error from 10 s on where readers wait too, and from 30 s on for writers; a \
            warning from 1 s on. Waiting for the lock itself is not in it. Without --from no size is \
            known. Locks of statements outside a transaction are those of PostgreSQL's documentation.
            """,
        refuses: ["ALTER TABLE core.companies ALTER COLUMN employees TYPE bigint"],
        accepts: ["ALTER TABLE core.companies ADD COLUMN country text"])

    static let droppedByCascade = RuleDocumentation(
        "dropped-by-cascade", .error,
        summary: "CASCADE drops what the migration does not name.",
        why: "Views, policies and foreign keys of others go without a word in the review.",
        instead: "Drop each by its name, and make again what is still needed.",
        limits: "Of more than a hundred things the server lists a hundred.",
        refuses: ["DROP TABLE core.companies CASCADE"],
        accepts: ["DROP VIEW core.named;\nDROP TABLE core.companies"])

    static let rowsInTheWay = RuleDocumentation(
        "rows-in-the-way", .error,
        summary: "Real rows do not meet what a statement demands of them.",
        why: "The statement fails on the real rows, or changes them in silence.",
        instead: "Mend the rows first; the finding names the fix plan.",
        limits: """
            It is counted before the migration, so that it is a warning where an earlier statement \
            changes rows of the table. Before PostgreSQL 16 the server cannot tell for every type how \
            many texts do not cast: then one is enough. Exclusion constraints are not counted.
            """,
        refuses: ["ALTER TABLE core.companies ALTER COLUMN name SET NOT NULL"],
        accepts: ["ALTER TABLE core.companies ALTER COLUMN id SET NOT NULL"])

    static let rowsNotCounted = RuleDocumentation(
        "rows-not-counted", .warning,
        summary: "What a statement demands was not held against the real rows.",
        why: "Nobody knows whether the rows meet it; what was not counted is not called met.",
        instead: "Count it by hand, or split the migration so that the count can be made.",
        limits: "A parent table that the migration itself makes cannot be counted against.",
        refuses: ["ALTER TABLE core.stays ADD EXCLUDE USING gist (room WITH =, during WITH &&)"],
        accepts: ["ALTER TABLE core.companies ALTER COLUMN name SET NOT NULL"])

    static let failsOnRows = RuleDocumentation(
        "fails-on-rows", .error,
        summary: "A migration runs without rows, and fails with a sample of the real ones.",
        why: "It would fail in production.",
        instead: "Mend the rows or the migration; `rows-in-the-way` tells how many there are.",
        limits: "Only rows of the sample are tried.",
        refuses: ["ALTER TABLE core.companies ADD CHECK (length(name) > 3)"],
        accepts: ["ALTER TABLE core.companies ADD CHECK (length(name) > 3) NOT VALID"])

    static let breaksFunction = RuleDocumentation(
        "breaks-function", .error,
        summary: "A function works before a migration and not after.",
        why: """
            PostgreSQL does not look into the bodies of functions when their tables change, so that \
            they fail when somebody calls them.
            """,
        instead: "Alter the function in the same migration.",
        limits: """
            Functions in SQL are read by the server's own validator. Those in PL/pgSQL are read by the \
            extension plpgsql_check where the shadow's server has it, trigger functions with each of \
            their tables; elsewhere statement by statement, as far as their variables have plain types. \
            SQL that is put together while a function runs is not read.
            """,
        refuses: ["ALTER TABLE core.companies RENAME COLUMN size TO company_size"],
        accepts: ["ALTER TABLE core.companies ADD COLUMN company_size text"])

    static let breaksStatement = RuleDocumentation(
        "breaks-statement", .error,
        summary: "A statement of the application's code works before a migration and not after.",
        why: "Code and schema are not deployed in one moment: whatever runs between them fails.",
        instead: "Deploy code first that works with both schemas.",
        limits:
            "Statements are prepared, not run; an INSERT that misses a new NOT NULL column is told.",
        refuses: ["ALTER TABLE core.companies ADD COLUMN country text NOT NULL"],
        accepts: ["ALTER TABLE core.companies ADD COLUMN country text"])

    static let breaksCheck = RuleDocumentation(
        "breaks-check", .error,
        summary: "A check loses a table or a column that it names.",
        why: "The next audit is refused, and promises nothing any more.",
        instead: "Change the check in the same commit as the migration.",
        limits: "A check that still resolves and means something else now is not seen.",
        refuses: ["ALTER TABLE core.companies DROP COLUMN size"],
        accepts: ["ALTER TABLE core.companies ADD COLUMN country text"])

    static let newViolations = RuleDocumentation(
        "new-violations", .error,
        summary: "A check finds violations after a migration that it did not find before.",
        why: "The migration makes the data worse.",
        instead: "Mend the statement that writes the rows.",
        limits: """
            Both audits see a sample of rows (--sample), the same ones. It has the severity of the check.
            """,
        refuses: ["UPDATE core.companies SET name = ''"],
        accepts: ["UPDATE core.companies SET name = 'unknown' WHERE name IS NULL"])

    static let wayBackFails = RuleDocumentation(
        "way-back-fails", .error,
        summary: "The way back of a migration fails right after the way there.",
        why: "It is needed in a bad hour, and then there is no time to mend it.",
        instead: "Mend the down script, or take it out and say that there is no way back.",
        limits: "The shadow has no rows.",
        refuses: ["ALTER TABLE core.companies DROP COLUMN never_was"],
        accepts: ["ALTER TABLE core.companies DROP COLUMN country"])

    static let wayBackDiffers = RuleDocumentation(
        "way-back-differs", .error,
        summary: "There and back does not lead to the catalog that was there before.",
        why: "The next migration meets a schema that nobody has tested.",
        instead: "Take back what the finding lists.",
        limits: "The order of columns and of enum values' making is not compared; rows are not.",
        refuses: ["ALTER TABLE core.companies DROP COLUMN size"],
        accepts: ["ALTER TABLE core.companies ADD COLUMN country text"])

    static let dataDestroyed = RuleDocumentation(
        "data-destroyed", .warning,
        summary: "A migration drops a column or a table that holds rows.",
        why: "No way back brings the values again.",
        instead: "Keep a copy, or rename first and drop a release later.",
        limits: """
            How much goes is estimated from the statistics of --from. Without them every dropped \
            column and table is listed.
            """,
        refuses: ["ALTER TABLE core.companies DROP COLUMN size"],
        accepts: ["ALTER TABLE core.companies RENAME COLUMN size TO size_until_2027"])

    static let all = [
        failsOnShadow, shadowIncomplete, blocksTable, droppedByCascade, rowsInTheWay,
        rowsNotCounted, failsOnRows, breaksFunction, breaksStatement, breaksCheck, newViolations,
        wayBackFails, wayBackDiffers, dataDestroyed,
    ]
}
