/// A range of IP addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    /// Its 16 bytes; an IPv4 address is mapped into IPv6, as the system maps it.
    private let bytes: [UInt8]
    private let length: Int
    /// The text for people and logs.
    public let description: String

    /// Reads a range.
    ///
    /// - Returns: Nothing where it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2,
            let address = Address(String(first))
        else { return nil }
        let width = address.isVersion4 ? 32 : 128
        var prefix = width
        if parts.count == 2 {
            guard let number = Int(parts[1]), (0...width).contains(number) else { return nil }
            prefix = number
        }
        bytes = address.bytes
        length = prefix + 128 - width
        description = text
    }

    init(of text: StaticString) {
        guard let range = AddressRange(text.description) else {
            preconditionFailure("\(text) is no range of addresses")
        }
        self = range
    }

    /// Whether an address lies in it.
    public func contains(_ address: Address) -> Bool {
        let whole = length / 8
        guard bytes[..<whole] == address.bytes[..<whole] else { return false }
        let rest = length % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
        return bytes[whole] & mask == address.bytes[whole] & mask
    }
}

/// Which addresses may be talked to where somebody else names the host.
public struct AddressRules: Sendable {
    /// Ranges that may be talked to though they are not the public's.
    public var allowed: [AddressRange]

    /// Creates rules.
    ///
    /// - Parameter allowed: Ranges that may be talked to though they are not the public's.
    public init(allowed: [AddressRange] = []) {
        self.allowed = allowed
    }

    /// Whether an address may be talked to.
    public func allow(_ address: Address) -> Bool {
        allowed.contains { $0.contains(address) } || address.isPublic
    }
}

extension Address {
    /// Whether it is one of the public's: of no private, local, reserved or documentation range.
    ///
    /// The ranges are those of the registries of IANA for special purposes. An address that carries an
    /// IPv4 address within (NAT64, 6to4) is judged by that one.
    public var isPublic: Bool {
        if let carried = version4 { return !Address.special4.contains { $0.contains(carried) } }
        return !Address.special6.contains { $0.contains(self) }
    }

    /// The IPv4 address that it is, or carries.
    private var version4: Address? {
        if isVersion4 { return self }
        // 64:ff9b::/96 leads to it by NAT64, 2002::/16 by 6to4; ::/96 is its old form.
        if Address.translated.contains(self) || bytes[..<12].allSatisfy({ $0 == 0 }) {
            return Address(version4: bytes[12...])
        }
        return Address.sixToFour.contains(self) ? Address(version4: bytes[2..<6]) : nil
    }

    private static let translated = AddressRange(of: "64:ff9b::/96")
    private static let sixToFour = AddressRange(of: "2002::/16")

    private static let special4: [AddressRange] = [
        AddressRange(of: "0.0.0.0/8"), AddressRange(of: "10.0.0.0/8"),
        AddressRange(of: "100.64.0.0/10"), AddressRange(of: "127.0.0.0/8"),
        AddressRange(of: "169.254.0.0/16"), AddressRange(of: "172.16.0.0/12"),
        AddressRange(of: "192.0.0.0/24"), AddressRange(of: "192.0.2.0/24"),
        AddressRange(of: "192.88.99.0/24"), AddressRange(of: "192.168.0.0/16"),
        AddressRange(of: "198.18.0.0/15"), AddressRange(of: "198.51.100.0/24"),
        AddressRange(of: "203.0.113.0/24"), AddressRange(of: "224.0.0.0/4"),
        AddressRange(of: "240.0.0.0/4"),
    ]

    private static let special6: [AddressRange] = [
        AddressRange(of: "::/128"), AddressRange(of: "::1/128"), AddressRange(of: "64:ff9b:1::/48"),
        AddressRange(of: "100::/64"), AddressRange(of: "2001::/23"),
        AddressRange(of: "2001:db8::/32"), AddressRange(of: "3fff::/20"),
        AddressRange(of: "5f00::/16"), AddressRange(of: "fc00::/7"), AddressRange(of: "fe80::/10"),
        AddressRange(of: "fec0::/10"), AddressRange(of: "ff00::/8"),
    ]
}
