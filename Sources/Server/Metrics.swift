import Ingest
import Synchronization

/// What the service counts, in the text form of Prometheus.
final class Metrics: Sendable {
    private struct Route: Hashable, Comparable {
        let path: String
        let status: Int

        static func < (left: Route, right: Route) -> Bool {
            (left.path, left.status) < (right.path, right.status)
        }
    }

    private struct State {
        var requests: [Route: Int] = [:]
        var durations: [String: (counts: [Int], sum: Double)] = [:]
        var sent: [String: Int] = [:]
        var readings: [String: Int] = [:]
        var tokens = (input: 0, output: 0)
        var dollars = 0.0
    }

    private let state = Mutex(State())

    /// The upper ends of the durations that are told apart, in seconds.
    private static let ends = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// Counts a request.
    ///
    /// - Parameters:
    ///   - path: The endpoint's, or nothing where no endpoint has the path: what clients make up is no label.
    ///   - status: What was answered.
    ///   - seconds: How long it took.
    func count(_ path: String?, _ status: Int, _ seconds: Double) {
        let path = path ?? "none"
        state.withLock { state in
            state.requests[Route(path: path, status: status), default: 0] += 1
            var duration =
                state.durations[path] ?? (Array(repeating: 0, count: Self.ends.count + 1), 0)
            duration.counts[Self.ends.firstIndex { seconds <= $0 } ?? Self.ends.count] += 1
            duration.sum += seconds
            state.durations[path] = duration
        }
    }

    /// Counts an event of the sender's.
    func countSending(_ outcome: String) {
        state.withLock { $0.sent[outcome, default: 0] += 1 }
    }

    /// Counts what came of reading a case study.
    func count(_ event: CaseStudyReader.Event) {
        state.withLock { state in
            state.readings[event.outcome, default: 0] += 1
            state.tokens.input += event.tokens.input
            state.tokens.output += event.tokens.output
            state.dollars += event.cost
        }
    }

    /// All of it, with what is known at the moment.
    ///
    /// - Parameter gauges: Names, what they mean, and their values.
    /// - Returns: The text.
    func text(_ gauges: [(name: String, help: String, value: Int)]) -> String {
        let state = state.withLock { $0 }
        var text = head("assay_requests_total", "counter", "Requests by endpoint and answer.")
        for (route, count) in state.requests.sorted(by: { $0.key < $1.key }) {
            text +=
                "assay_requests_total{path=\"\(route.path)\",status=\"\(route.status)\"} \(count)\n"
        }
        text += head("assay_request_seconds", "histogram", "How long requests took.")
        for (path, duration) in state.durations.sorted(by: { $0.key < $1.key }) {
            var sum = 0
            for (end, count) in zip(Self.ends.map { String($0) } + ["+Inf"], duration.counts) {
                sum += count
                text += "assay_request_seconds_bucket{path=\"\(path)\",le=\"\(end)\"} \(sum)\n"
            }
            text += "assay_request_seconds_sum{path=\"\(path)\"} \(duration.sum)\n"
            text += "assay_request_seconds_count{path=\"\(path)\"} \(sum)\n"
        }
        text += head("assay_sent_total", "counter", "Rows that were posted, by what came of it.")
        for (outcome, count) in state.sent.sorted(by: { $0.key < $1.key }) {
            text += "assay_sent_total{outcome=\"\(outcome)\"} \(count)\n"
        }
        text += head(
            "assay_readings_total", "counter",
            "Case studies that were to be read, by what came of it.")
        for (outcome, count) in state.readings.sorted(by: { $0.key < $1.key }) {
            text += "assay_readings_total{outcome=\"\(outcome)\"} \(count)\n"
        }
        text += head(
            "assay_reading_tokens_total", "counter", "Tokens that reading was paid for.")
        text += "assay_reading_tokens_total{kind=\"input\"} \(state.tokens.input)\n"
        text += "assay_reading_tokens_total{kind=\"output\"} \(state.tokens.output)\n"
        text += head("assay_reading_dollars_total", "counter", "What reading cost, in dollars.")
        text += "assay_reading_dollars_total \(state.dollars)\n"
        for gauge in gauges {
            text += head(gauge.name, "gauge", gauge.help) + "\(gauge.name) \(gauge.value)\n"
        }
        return text
    }

    private func head(_ name: String, _ type: String, _ help: String) -> String {
        "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }
}
