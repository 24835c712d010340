import Glibc

/// Ends the process, whatever its threads are doing.
///
/// A connection's thread ends some time after the connection was closed. With exit(3) libraries would take down
/// meanwhile what it still uses, OpenSSL above all, and the process might end by a signal after all its work.
///
/// - Parameter status: What it ends with.
public func endProcess(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
}
