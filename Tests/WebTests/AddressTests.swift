import Testing
import Web

/// Which addresses are the public's, and which texts are addresses.
struct AddressTests {
    @Test(arguments: [
        "8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0",
        "192.167.255.255", "192.169.0.0", "223.255.255.255", "2606:4700::1111", "::ffff:8.8.8.8",
        "64:ff9b::808:808", "2002:808:808::1",
    ])
    func `public addresses may be talked to`(text: String) throws {
        let address = try #require(Address(text))
        #expect(address.isPublic)
        #expect(AddressRules().allow(address))
    }

    @Test(arguments: [
        "0.0.0.0", "10.0.0.1", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255",
        "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.168.1.1", "198.18.0.1",
        "198.19.255.255", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
        "::127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
        "2001:db8::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
    ])
    func `private, local and reserved addresses may not, unless a range says so`(text: String)
        throws
    {
        let address = try #require(Address(text))
        #expect(!AddressRules().allow(address))
        let own = try #require(AddressRange(text))
        #expect(AddressRules(allowed: [own]).allow(address))
    }

    @Test func `a range holds what lies in it`() throws {
        let range = try #require(AddressRange("10.1.128.0/17"))
        #expect(range.contains(try #require(Address("10.1.128.0"))))
        #expect(range.contains(try #require(Address("10.1.255.255"))))
        #expect(!range.contains(try #require(Address("10.1.127.255"))))
        #expect(!range.contains(try #require(Address("10.2.128.0"))))
        #expect(AddressRange("::/0")?.contains(try #require(Address("10.2.128.0"))) == true)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "host", "10.0.0.0/8/8"])
    func `what is no range is none`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test func `an address shows where it leads, not its secret`() throws {
        let address = try WebAddress("HTTPS://Hooks.Example.com:8443/v1/s3cret?token=abc")
        #expect(address.origin == "https://hooks.example.com:8443")
        #expect(address.host == "hooks.example.com")
        #expect(address.literal == nil)
        #expect(try WebAddress("http://[2001:db8::1]/").literal == Address("2001:db8::1"))
        #expect(try WebAddress("http://0x7f.1/").literal == Address("127.0.0.1"))
    }

    @Test(arguments: [
        ("", "must be an address that begins with https:// or http://"),
        ("hooks.example.com/x", "must be an address that begins with https:// or http://"),
        ("ftp://example.com/", "must begin with https:// or http://, not ftp://"),
        ("file:///etc/passwd", "must be an address that begins with https:// or http://"),
        ("https://user:word@example.com/", "must not hold a user name or a password"),
        (
            "https://example.com/a b",
            "must be an address of printable ASCII, of at most 4,096 bytes"
        ),
        ("https://exämple.com/", "must be an address of printable ASCII, of at most 4,096 bytes"),
    ])
    func `a text that is no address is refused without being shown`(text: String, sentence: String)
    {
        let fault = #expect(throws: WebAddress.Fault.self) { try WebAddress(text) }
        #expect(fault?.description == sentence)
    }
}
