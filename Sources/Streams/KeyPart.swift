import Assay

/// A part of what rows are grouped by, and how it is written as bytes whose order is that of the values.
package enum KeyPart: Sendable {
    /// A text as it is.
    case text(Int)
    /// A text in one of the program's forms, by its number; a row without that form belongs to no group.
    case form(Int)
    /// A number of fixed width, the highest byte first.
    case signed(Int)
    /// Bytes of fixed width.
    case fixed(Int)
}

extension StreamProgram.Run {
    /// Adds a part to the hash of each row's key.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - keys: The hashes so far.
    ///   - isFirst: Whether there is none yet.
    ///   - truth: Made 0 for rows that have no such part.
    func addHash(
        of part: KeyPart, to keys: UnsafeMutablePointer<UInt64>, isFirst: Bool, truth: Truth
    ) {
        switch part {
        case .text(let slot), .signed(let slot), .fixed(let slot):
            let hashes = hashes(slot)
            let lengths = batch.lengths(slot)
            for row in 0..<batch.count {
                if lengths[row] < 0 { truth[row] = 0 }
                keys[row] = isFirst ? hashes[row] : ByteHash.combine(keys[row], hashes[row])
            }
        case .form(let number):
            let form = program.forms[number]
            let normal = normality(number)
            let comparesAsIs = form.normalizer.comparesAsIs
            let hashes = hashes(form.slot)
            let lengths = batch.lengths(form.slot)
            for row in 0..<batch.count where truth[row] != 0 {
                var hash = hashes[row]
                if lengths[row] < 0 {
                    truth[row] = 0
                } else if normal[row] == 0 || !comparesAsIs {
                    let value = Array(batch.value(form.slot, row))
                    if let key = form.normalizer.key(value, isNormal: normal[row] != 0) {
                        hash = key.withUnsafeBytes { ByteHash.hash($0, key: program.key) }
                    } else {
                        truth[row] = 0
                    }
                }
                keys[row] = isFirst ? hash : ByteHash.combine(keys[row], hash)
            }
        }
    }

    /// Computes the hash of each row's key.
    ///
    /// - Parameters:
    ///   - parts: What the key is made of.
    ///   - body: Looks at the hashes; that of a row without a key is anything.
    func withHashes(
        of parts: [KeyPart], _ body: (UnsafePointer<UInt64>) throws -> Void
    ) rethrows {
        try withUnsafeTemporaryAllocation(of: UInt64.self, capacity: RowBatch.capacity) { keys in
            try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: RowBatch.capacity) {
                guard let keys = keys.baseAddress, let truth = $0.baseAddress else { return }
                keys.initialize(repeating: 0, count: batch.count)
                truth.initialize(repeating: 1, count: batch.count)
                for (number, part) in parts.enumerated() {
                    addHash(of: part, to: keys, isFirst: number == 0, truth: truth)
                }
                try body(keys)
            }
        }
    }

    /// Writes the bytes of a row's key.
    ///
    /// - Parameters:
    ///   - parts: What the key is made of.
    ///   - row: The row.
    ///   - key: Written anew.
    /// - Returns: Whether no part of it is missing.
    func write(_ parts: [KeyPart], of row: Int, to key: inout [UInt8]) -> Bool {
        key.removeAll(keepingCapacity: true)
        for part in parts {
            switch part {
            case .text(let slot):
                guard batch.lengths(slot)[row] >= 0 else { return false }
                key.append(contentsOf: batch.value(slot, row))
                // No text holds a NUL, so that a shorter one comes first.
                key.append(0)
            case .form(let number):
                let form = program.forms[number]
                guard batch.lengths(form.slot)[row] >= 0 else { return false }
                let value = batch.value(form.slot, row)
                let isNormal = normality(number)[row] != 0
                if isNormal, form.normalizer.comparesAsIs {
                    key.append(contentsOf: value)
                } else {
                    guard let text = form.normalizer.key(Array(value), isNormal: isNormal) else {
                        return false
                    }
                    key.append(contentsOf: text)
                }
                key.append(0)
            case .signed(let slot):
                guard batch.lengths(slot)[row] >= 0 else { return false }
                let start = key.count
                key.append(contentsOf: batch.value(slot, row))
                if start < key.count { key[start] ^= 0x80 }
            case .fixed(let slot):
                guard batch.lengths(slot)[row] >= 0 else { return false }
                key.append(contentsOf: batch.value(slot, row))
            }
        }
        return true
    }
}
