import Dispatch
import Glibc
import Synchronization

/// One operating-system thread that runs the jobs of one connection, so that libpq may block it.
final class ConnectionThread: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wakeup = DispatchSemaphore(value: 0)

    /// Starts the thread with `opening`, which runs before any job.
    init(opening: @escaping @Sendable (ConnectionThread) -> Void) {
        startThread {
            opening(self)
            self.run()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        // The job may be the last one, with which the connection goes and its thread ends, before the bell is rung.
        let own = unsafe Unmanaged.passRetained(self)
        defer { unsafe own.release() }
        state.withLock { $0.jobs.append(unowned) }
        wakeup.signal()
    }

    /// Ends the thread after the jobs it has.
    func stop() {
        state.withLock { $0.isStopped = true }
        wakeup.signal()
    }

    private func run() {
        while true {
            wakeup.wait()
            let (jobs, isStopped) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopped)
            }
            for job in jobs {
                unsafe job.runSynchronously(on: asUnownedSerialExecutor())
            }
            if isStopped, jobs.isEmpty { return }
            if isStopped { wakeup.signal() }
        }
    }
}

/// Runs `body` on a thread of its own, which ends with it.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
    var thread = pthread_t()
    let status = unsafe pthread_create(
        &thread, nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, box)
    precondition(status == 0, "the system gives no more threads (pthread_create: \(status))")
    pthread_detach(thread)
}
