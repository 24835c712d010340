import CLibXML
import Glibc

/// Reads HTML as libxml2 does: its events, without a tree, so that no page is too deep for it.
///
/// Some pages cost libxml2 the square of their length: a million attributes in one tag, or ends without a beginning.
/// It asks for a page piece by piece, and where the time is up it is told that there is no more.
@safe final class HTMLReader {
    private var text: PageText
    private let html: [UInt8]
    private var place = 0
    /// When there is no more, by the time that this thread has worked.
    private let end: Double
    /// How many elements are open within one that is left out, itself included.
    private var hidden = 0
    /// How many elements are open in which a footer belongs to the text.
    private var quoting = 0
    /// The link that is open: where it leads, and where its words begin.
    private var link: (target: String, start: Int)?

    private static let isReady: Bool = {
        xmlInitParser()
        return true
    }()

    private init(_ html: String, _ text: PageText, seconds: Double) {
        // To libxml2 a null is the end of the page, wherever it stands.
        self.html = html.utf8.map { $0 == 0 ? UInt8(ascii: " ") : $0 }
        self.text = text
        end = HTMLReader.work + seconds
    }

    /// Reads a page.
    ///
    /// - Parameters:
    ///   - html: The page.
    ///   - text: What its text is added to.
    ///   - seconds: How long that may take of the processor's time.
    /// - Returns: The text.
    static func read(_ html: String, into text: PageText, seconds: Double = 2) -> PageText {
        let reader = HTMLReader(html, text, seconds: seconds)
        guard isReady, let parser = unsafe htmlNewParserCtxt() else { return text }
        defer { unsafe htmlFreeParserCtxt(parser) }
        let context = unsafe Unmanaged.passUnretained(reader).toOpaque()
        unsafe parser.pointee.sax.pointee = events
        unsafe parser.pointee.userData = context
        let options =
            HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
            | HTML_PARSE_NONET.rawValue | HTML_PARSE_NODEFDTD.rawValue
        // Nothing is made of it: the events have all there is.
        let document = unsafe htmlCtxtReadIO(
            parser,
            { context, start, count in
                unsafe HTMLReader.within(context)?.give(start, count) ?? 0
            }, nil, context, nil, "UTF-8", Int32(options))
        unsafe xmlFreeDoc(document)
        withExtendedLifetime(reader) {}
        return reader.text
    }

    /// Gives the next piece of the page; nothing where it or the time has come to its end.
    private func give(_ start: UnsafeMutablePointer<CChar>?, _ count: Int32) -> Int32 {
        guard HTMLReader.work < end else {
            if place < html.count { text.cut() }
            return 0
        }
        let piece = html[place..<min(place + Int(count), html.count)]
        unsafe UnsafeMutableRawBufferPointer(start: start, count: Int(count))
            .copyBytes(from: piece)
        place = piece.endIndex
        return Int32(piece.count)
    }

    /// How long this thread has worked, in seconds: what others do meanwhile does not count.
    private static var work: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static var events: htmlSAXHandler {
        var events = unsafe htmlSAXHandler()
        unsafe events.startElement = { context, name, attributes in
            unsafe HTMLReader.within(context)?.begin(
                HTMLReader.string(name), HTMLReader.attributes(attributes))
        }
        unsafe events.endElement = { context, name in
            unsafe HTMLReader.within(context)?.end(HTMLReader.string(name))
        }
        // Blank text between elements parts words, too. What scripts and styles hold is `cdataBlock`.
        unsafe events.characters = { context, start, count in
            unsafe HTMLReader.within(context)?.take(start, count)
        }
        unsafe events.ignorableWhitespace = { context, start, count in
            unsafe HTMLReader.within(context)?.take(start, count)
        }
        return unsafe events
    }

    private static func within(_ context: UnsafeMutableRawPointer?) -> HTMLReader? {
        unsafe context.map { unsafe Unmanaged<HTMLReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func string(_ bytes: UnsafePointer<xmlChar>?) -> String {
        unsafe bytes.map { unsafe String(cString: $0) } ?? ""
    }

    /// Names and values in turn, up to a null; a value may lack.
    private static func attributes(
        _ list: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    ) -> [String: String] {
        var attributes: [String: String] = [:]
        guard var place = unsafe list else { return attributes }
        while let name = unsafe place.pointee {
            unsafe attributes[string(name)] = string(place.successor().pointee)
            unsafe place += 2
        }
        return attributes
    }

    // MARK: What libxml2 calls

    private func begin(_ name: String, _ attributes: [String: String]) {
        if hidden > 0 || isLeftOut(name, attributes) {
            hidden += 1
            return
        }
        if Self.quoting.contains(name) { quoting += 1 }
        if name == "a", let target = attributes["href"], link == nil {
            link = (target, text.text.utf8.count)
        }
        separate(name)
    }

    private func end(_ name: String) {
        if hidden > 0 {
            hidden -= 1
            if hidden == 0 { separate(name) }
            return
        }
        if Self.quoting.contains(name) { quoting -= 1 }
        if name == "a", let (target, start) = link {
            text.link(String(text.text.utf8.dropFirst(start)) ?? "", to: target)
            link = nil
        }
        separate(name)
    }

    private func take(_ start: UnsafePointer<xmlChar>?, _ count: Int32) {
        guard hidden == 0 else { return }
        let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(count))
        text.add(unsafe String(decoding: bytes, as: UTF8.self))
    }

    // MARK: What is text, and what is not

    private func separate(_ name: String) {
        if Self.blocks.contains(name) {
            text.breakLine()
        } else if Self.cells.contains(name) {
            text.add(" ")
        }
    }

    private func isLeftOut(_ name: String, _ attributes: [String: String]) -> Bool {
        if Self.leftOut.contains(name) || attributes["hidden"] != nil { return true }
        // Where it ends a quotation, it says whose it is.
        if name == "footer" { return quoting == 0 }
        return attributes["style"]?.filter { $0 != " " }.lowercased().contains("display:none")
            == true
    }

    private static let leftOut: Set<String> = [
        "audio", "button", "canvas", "embed", "form", "iframe", "map", "math", "nav", "noscript",
        "object", "script", "select", "style", "svg", "template", "textarea", "video",
    ]

    private static let quoting: Set<String> = ["article", "blockquote", "figure", "main"]

    private static let cells: Set<String> = ["img", "td", "th", "wbr"]

    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
        "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "h1",
        "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li",
        "main", "menu", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
        "thead", "title", "tr", "ul",
    ]
}
