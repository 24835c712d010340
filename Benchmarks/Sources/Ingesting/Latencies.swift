import Glibc
import Measuring

/// What a log of pgbench says transactions took, in microseconds.
struct Latencies {
    let sorted: [Double]

    /// Reads a log: the third field of each line.
    init(of path: String) throws(Failure) {
        guard let file = fopen(path, "r") else { throw Failure("cannot read \(path)") }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        var times: [Double] = []
        while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }) {
            let fields = text.split(separator: " ")
            if fields.count > 2, let time = Double(fields[2]) { times.append(time) }
        }
        guard !times.isEmpty else { throw Failure("\(path) holds no transaction") }
        sorted = times.sorted()
    }
}
