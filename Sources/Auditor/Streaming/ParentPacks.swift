import Assay
import Postgres
import Streams

/// How what references may hold comes in packs: the values of a table's columns, without their rows' places.
struct ParentPacks: Sendable {
    let packing: RowPacking
    private let slots: [StreamPacking]

    /// Packs for some columns; `nil` where their values have neither one size nor are text.
    init?(_ columns: [Column]) {
        slots = columns.compactMap { StreamPacking($0) }
        guard slots.count == columns.count else { return nil }
        packing = RowPacking(slots.map(\.values), withPlaces: false)
    }

    /// The statement that sends the packs.
    func statement(of parent: Stream.Parent, prefix: String) -> SQL {
        let columns = parent.columns.map { SQL.identifier($0) }
        let values = zip(slots, columns).map { $0.aggregate(of: $1, null: packing.null) }
        return StreamPacks.statement(
            [values.joined(separator: ", ")], from: "\(parent.table)", lyingIn: parent.table,
            prefix: prefix, pages: (nil, nil), where: parent.isWhole)
    }
}

extension Stream.Parent {
    /// A SQL boolean that is true of the rows of which no value is missing.
    var isWhole: SQL {
        let present = columns.map { "\(identifier: $0) IS NOT NULL" as SQL }
        return present.joined(separator: " AND ")
    }
}
