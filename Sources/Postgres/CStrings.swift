/// Lends strings to C as an array of pointers, nil for nil.
///
/// All live in one block of memory.
///
/// The caller has made sure that no string holds a NUL byte.
@unsafe func withCStrings<Value>(
    _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
    var bytes: [UInt8] = []
    var starts: [Int?] = []
    for string in strings {
        guard let string else {
            starts.append(nil)
            continue
        }
        starts.append(bytes.count)
        bytes.append(contentsOf: string.utf8)
        bytes.append(0)
    }
    // One more, so that there is always an address, and C finds an end.
    starts.append(nil)
    bytes.append(0)
    return unsafe bytes.withUnsafeBytes { block in
        let text = unsafe block.assumingMemoryBound(to: CChar.self).baseAddress
        let pointers = unsafe starts.map { start in
            unsafe start.flatMap { start in unsafe text.map { unsafe $0 + start } }
        }
        return unsafe pointers.withUnsafeBufferPointer { pointers in
            guard let base = pointers.baseAddress else {
                preconditionFailure("an array that is not empty has an address")
            }
            return unsafe body(base)
        }
    }
}
