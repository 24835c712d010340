import Glibc

/// Makes text of a page's bytes, in whichever of the web's encodings they are.
enum Charset {
    /// The text; what is no character of the encoding becomes U+FFFD.
    ///
    /// A byte order mark says which it is, else the header, else the page itself, else the bytes: UTF-8 where
    /// they are, and windows-1252 where they are not.
    static func text(of bytes: [UInt8], declared: String?, isHTML: Bool) -> String {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            return String(decoding: bytes.dropFirst(3), as: UTF8.self)
        }
        if bytes.starts(with: [0xFF, 0xFE]) { return converted(bytes.dropFirst(2), "UTF-16LE") }
        if bytes.starts(with: [0xFE, 0xFF]) { return converted(bytes.dropFirst(2), "UTF-16BE") }
        let label = declared.flatMap(name) ?? (isHTML ? label(within: bytes).flatMap(name) : nil)
        if let label, label != "UTF-8" { return converted(bytes[...], label) }
        if label == nil, String(validating: bytes, as: UTF8.self) == nil {
            return converted(bytes[...], "WINDOWS-1252")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What the C library calls an encoding that browsers know by this label.
    ///
    /// A list, and not whatever the C library has: what reads the bytes of strangers is kept small.
    private static func name(_ label: String) -> String? {
        switch label.lowercased() {
        case "utf-8", "utf8", "unicode-1-1-utf-8": "UTF-8"
        // What calls itself Latin 1 or ASCII on the web is windows-1252.
        case "windows-1252", "cp1252", "x-cp1252", "iso-8859-1", "iso8859-1", "iso88591", "latin1",
            "l1", "us-ascii", "ascii":
            "WINDOWS-1252"
        case "iso-8859-2", "iso8859-2", "latin2": "ISO-8859-2"
        case "iso-8859-5", "iso8859-5": "ISO-8859-5"
        case "iso-8859-7", "iso8859-7": "ISO-8859-7"
        case "iso-8859-9", "iso8859-9", "latin5", "windows-1254", "cp1254": "WINDOWS-1254"
        case "iso-8859-15", "iso8859-15", "latin9", "latin-9": "ISO-8859-15"
        case "windows-1250", "cp1250": "WINDOWS-1250"
        case "windows-1251", "cp1251": "WINDOWS-1251"
        case "windows-1253", "cp1253": "WINDOWS-1253"
        case "windows-1255", "cp1255": "WINDOWS-1255"
        case "windows-1256", "cp1256": "WINDOWS-1256"
        case "windows-1257", "cp1257": "WINDOWS-1257"
        case "windows-1258", "cp1258": "WINDOWS-1258"
        case "koi8-r", "koi8r", "koi": "KOI8-R"
        case "koi8-u": "KOI8-U"
        case "shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji": "CP932"
        case "euc-jp", "x-euc-jp": "EUC-JP"
        case "euc-kr", "ks_c_5601-1987", "windows-949": "CP949"
        case "gb2312", "gbk", "x-gbk", "gb18030": "GB18030"
        case "big5", "big5-hkscs", "x-x-big5": "BIG5-HKSCS"
        case "utf-16", "utf-16le": "UTF-16LE"
        case "utf-16be": "UTF-16BE"
        default: nil
        }
    }

    /// The label that a page gives itself in its first kilobyte: `<meta charset="…">`, or within `content`.
    ///
    /// One that could be read to find it is no UTF-16, whatever it says.
    private static func label(within bytes: [UInt8]) -> String? {
        let head = String(decoding: bytes.prefix(1_024), as: UTF8.self).lowercased()
        for tag in head.split(separator: "<") where tag.hasPrefix("meta") {
            guard let place = tag.prefix(while: { $0 != ">" }).firstRange(of: "charset") else {
                continue
            }
            let rest = tag[place.upperBound...].drop { $0.isWhitespace }
            guard rest.first == "=" else { continue }
            let label = rest.dropFirst().drop { $0.isWhitespace || $0 == "\"" || $0 == "'" }
                .prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
            return label.hasPrefix("utf-16") ? "utf-8" : String(label)
        }
        return nil
    }

    /// The text of bytes in an encoding of the C library's.
    private static func converted(_ bytes: ArraySlice<UInt8>, _ name: String) -> String {
        let converter = unsafe iconv_open("UTF-8", name)
        guard unsafe converter != iconv_t(bitPattern: -1) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        defer { unsafe iconv_close(converter) }
        let unit = name.hasPrefix("UTF-16") ? 2 : 1
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 2)
        var buffer = [CChar](repeating: 0, count: 65_536)
        var input = bytes.map { CChar(bitPattern: $0) }
        var left = input.count
        unsafe input.withUnsafeMutableBufferPointer { input in
            var place = input.baseAddress
            while left > 0 {
                var room = buffer.count
                let fault = unsafe buffer.withUnsafeMutableBufferPointer { buffer -> Int32 in
                    var end = buffer.baseAddress
                    return unsafe iconv(converter, &place, &left, &end, &room) == -1 ? errno : 0
                }
                text += buffer.prefix(buffer.count - room).map { UInt8(bitPattern: $0) }
                guard fault == EILSEQ || fault == EINVAL else { continue }
                // What is no character is left behind; what the next unit means, the next says.
                text += Array("\u{FFFD}".utf8)
                let step = min(unit, left)
                unsafe place = place?.advanced(by: step)
                left -= step
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
