import CLibCurl

/// An IP address.
public struct Address: Sendable, Hashable {
    /// Its 16 bytes; an IPv4 address is mapped into IPv6 (`::ffff:0:0/96`).
    let bytes: [UInt8]

    /// Reads an address as `inet_pton` does: `192.0.2.1`, `2001:db8::1`.
    ///
    /// - Returns: Nothing where it is none.
    public init?(_ text: String) {
        var version4 = in_addr()
        if unsafe inet_pton(AF_INET, text, &version4) == 1 {
            self.init(version4: unsafe withUnsafeBytes(of: version4) { unsafe [UInt8]($0)[...] })
            return
        }
        var version6 = in6_addr()
        guard unsafe inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
        self.init(bytes: unsafe withUnsafeBytes(of: version6) { unsafe [UInt8]($0) })
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    init(version4: ArraySlice<UInt8>) {
        bytes = Address.mapped + version4
    }

    /// The address of a socket; nothing where it is of another family.
    init?(_ socket: UnsafePointer<curl_sockaddr>) {
        let family = unsafe socket.pointee.family
        let start =
            unsafe UnsafeRawPointer(socket)
            + (MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0)
        switch family {
        case AF_INET:
            let address = unsafe start.loadUnaligned(as: sockaddr_in.self).sin_addr
            self.init(version4: unsafe withUnsafeBytes(of: address) { unsafe [UInt8]($0)[...] })
        case AF_INET6:
            let address = unsafe start.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self.init(bytes: unsafe withUnsafeBytes(of: address) { unsafe [UInt8]($0) })
        default:
            return nil
        }
    }

    /// Whether it is one of IPv4.
    var isVersion4: Bool { bytes[..<12] == Address.mapped[...] }

    private static let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
}
