import CLibCurl
import Dispatch
import Glibc
import Synchronization

/// One request on its way, as libcurl sees it.
///
/// Only the loop's thread touches it once it has been handed over: that is what makes it safe to send.
@safe final class Transfer: @unchecked Sendable {
    private let request: WebRequest
    private let rules: AddressRules

    private(set) var handle: UnsafeMutableRawPointer?
    private var lines: UnsafeMutablePointer<curl_slist>?
    var isCancelled = false

    private var headers: [String: String] = [:]
    private var body: [UInt8] = []
    private var isCut = false
    private var isRefused = false
    private var hasDeparted = false
    private var isWithheld = false

    init(_ request: WebRequest, _ rules: AddressRules) {
        self.request = request
        self.rules = rules
    }

    /// Makes it ready to go.
    func open() -> UnsafeMutableRawPointer? {
        guard let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = handle
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let texts: [(CURLoption, String)] = [
            (CURLOPT_URL, request.address.text), (CURLOPT_PROTOCOLS_STR, "http,https"),
            (CURLOPT_PROXY, ""), (CURLOPT_USERAGENT, "assay"),
        ]
        for (option, text) in texts { _ = unsafe assay_set_text(handle, option, text) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_CONNECTTIMEOUT_MS, 5_000),
            (CURLOPT_TIMEOUT_MS, request.timeout.milliseconds),
        ]
        for (option, number) in numbers { _ = unsafe assay_set_number(handle, option, number) }
        // Without "Expect: 100-continue" a body does not wait for leave that may never come.
        for line in request.headers.map({ "\($0.name): \($0.value)" }) + ["Expect:"] {
            unsafe lines = curl_slist_append(lines, line)
        }
        _ = unsafe assay_set_headers(handle, lines)
        if case .post(let bytes) = request.method {
            _ = unsafe assay_set_number(handle, CURLOPT_POSTFIELDSIZE, bytes.count)
            _ = unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe assay_set_pointer(
                    handle, CURLOPT_COPYPOSTFIELDS,
                    UnsafeMutableRawPointer(mutating: buffer.baseAddress))
            }
        }
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA] {
            _ = unsafe assay_set_pointer(handle, option, context)
        }
        _ = unsafe assay_set_receiver(handle, CURLOPT_WRITEFUNCTION) {
            start, size, count, context in
            unsafe Transfer.within(context)?.take(start, size * count) ?? 0
        }
        _ = unsafe assay_set_receiver(handle, CURLOPT_HEADERFUNCTION) {
            start, size, count, context in
            unsafe Transfer.within(context)?.takeHeader(start, size * count) ?? 0
        }
        _ = unsafe assay_set_opener(handle) { context, _, address in
            guard let transfer = unsafe Transfer.within(context), let address = unsafe address
            else { return -1 }
            return unsafe transfer.openSocket(to: address)
        }
        if request.departure != nil {
            _ = unsafe assay_set_pointer(handle, CURLOPT_PREREQDATA, context)
            _ = unsafe assay_set_departure(handle) { context, _, _, _, _ in
                unsafe Transfer.within(context)?.depart() ?? CURL_PREREQFUNC_ABORT
            }
        }
        return unsafe handle
    }

    func close() {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(lines)
        unsafe handle = nil
        unsafe lines = nil
    }

    // MARK: What libcurl calls

    private static func within(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func take(_ start: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        let room = request.limit - body.count
        unsafe body.append(contentsOf: bytes.prefix(room))
        guard count > room else { return count }
        // Another number than it gave ends the transfer.
        isCut = true
        return 0
    }

    private func takeHeader(_ start: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let line = unsafe String(
            decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
        // A status line begins the headers of an answer: what an interim one said is over.
        if line.hasPrefix("HTTP/") { headers = [:] }
        if let colon = line.firstIndex(of: ":"), headers.count < 200 {
            let value = line[line.index(after: colon)...]
            headers[line[..<colon].lowercased()] = String(
                value.drop { $0 == " " || $0 == "\t" }.prefix { !$0.isNewline })
        }
        return count
    }

    private func openSocket(to address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        guard let host = unsafe Address(UnsafePointer(address)), rules.allow(host) else {
            isRefused = true
            return -1
        }
        return unsafe socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.protocol)
    }

    /// Waits for leave to go.
    private func depart() -> Int32 {
        // A connection that was used before and broke is no reason to send it again: it may have arrived.
        guard let departure = request.departure, !hasDeparted else { return CURL_PREREQFUNC_ABORT }
        hasDeparted = true
        let answered = DispatchSemaphore(value: 0)
        let mayLeave = Mutex(false)
        Task {
            let answer = await departure()
            mayLeave.withLock { $0 = answer }
            answered.signal()
        }
        answered.wait()
        isWithheld = !mayLeave.withLock(\.self)
        return isWithheld ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK
    }

    // MARK: What came of it

    var cancellation: WebFailure {
        WebFailure(
            kind: .cancelled, mayHaveArrived: hasBegun, description: "the request was cancelled")
    }

    private var hasBegun: Bool {
        guard let handle = unsafe handle else { return false }
        return unsafe number(CURLINFO_REQUEST_SIZE, of: handle) > 0
    }

    func outcome(of code: CURLcode) -> Result<WebAnswer, WebFailure> {
        guard let handle = unsafe handle else { return .failure(cancellation) }
        let status = unsafe number(CURLINFO_RESPONSE_CODE, of: handle)
        if code == CURLE_OK || (isCut && request.beyond == .cut) {
            return .success(WebAnswer(status: status, headers: headers, body: body))
        }
        func failure(_ kind: WebFailure.Kind, _ sentence: String) -> Result<WebAnswer, WebFailure> {
            .failure(WebFailure(kind: kind, mayHaveArrived: hasBegun, description: sentence))
        }
        if isCut {
            return failure(.tooLarge, "the answer is longer than \(request.limit) bytes")
        }
        switch code {
        case CURLE_ABORTED_BY_CALLBACK where isWithheld:
            return failure(.withheld, "the request was not sent")
        case CURLE_ABORTED_BY_CALLBACK where hasDeparted:
            return .failure(
                WebFailure(kind: .broken, mayHaveArrived: true, description: "the connection broke")
            )
        case CURLE_COULDNT_CONNECT where isRefused:
            return .failure(.addressRefused(mayHaveArrived: hasBegun))
        case CURLE_COULDNT_RESOLVE_HOST:
            return failure(.unresolved, "the name of the host was not found")
        case CURLE_COULDNT_CONNECT:
            return failure(.unreachable, "the host takes no connection")
        case CURLE_OPERATION_TIMEDOUT:
            return failure(.timedOut, "no whole answer came within \(request.timeout.seconds) s")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR:
            return failure(.insecure, "the host did not prove who it is (TLS)")
        default:
            // The library's own sentences are fixed: none holds the address.
            return failure(
                .broken, "the connection broke: \(unsafe String(cString: curl_easy_strerror(code)))"
            )
        }
    }

    private func number(_ info: CURLINFO, of handle: UnsafeMutableRawPointer) -> Int {
        var value = 0
        _ = unsafe assay_get_number(handle, info, &value)
        return value
    }
}

extension WebFailure {
    static func addressRefused(mayHaveArrived: Bool) -> WebFailure {
        WebFailure(
            kind: .addressRefused, mayHaveArrived: mayHaveArrived,
            description: "the host is at a private or local address, which is not allowed")
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }

    fileprivate var seconds: Int64 { components.seconds }
}
