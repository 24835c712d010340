import Glibc

/// Writes all of some bytes at a place of a file, also where a signal comes between.
///
/// - Returns: Whether it could; `errno` says why not.
func writeWhole(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) -> Bool {
    var done = 0
    while done < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        done += count
    }
    return true
}

/// Fills memory with what stands at a place of a file, also where a signal comes between.
///
/// - Returns: Whether there was as much; else `errno` says why it could not be read, or 0 where the file ends before.
func readWhole(
    _ bytes: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int
) -> Bool {
    var done = 0
    while done < bytes.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
        let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
        if count < 0, errno == EINTR { continue }
        if count == 0 { errno = 0 }
        guard count > 0 else { return false }
        done += count
    }
    return true
}
