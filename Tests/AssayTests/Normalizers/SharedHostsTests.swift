@testable import Assay
import Testing

struct SharedHostsTests {
    @Test(arguments: [
        "linkedin.com", "docs.google.com", "bit.ly", "wordpress.com", "apps.apple.com",
    ])
    func `many companies share a host`(_ host: String) {
        #expect(SharedHosts.contains(host))
    }

    @Test(arguments: [
        "acme.wordpress.com", "acme.github.io", "apple.com", "notlinkedin.com", ".com",
    ])
    func `a host is one company's`(_ host: String) {
        #expect(!SharedHosts.contains(host))
    }

    @Test func `the lists are sorted, without doubles, and in normal form`() {
        for list in [SharedHosts.families, SharedHosts.singles] {
            #expect(list == Set(list).sorted())
            #expect(list.allSatisfy(Normalizer.domain.isNormalized))
        }
        #expect(Set(SharedHosts.families).isDisjoint(with: SharedHosts.singles))
        #expect(SharedHosts.families.allSatisfy { $0.split(separator: ".").count == 2 })
    }
}
