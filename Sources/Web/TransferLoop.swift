import CLibCurl
import Dispatch
import Synchronization

/// The thread that moves the bytes of all transfers of one client.
@safe final class TransferLoop: Sendable {
    typealias Outcome = Result<WebAnswer, WebFailure>

    private enum Order {
        case start(Transfer, CheckedContinuation<Outcome, Never>)
        case cancel(Transfer)
        case stop
    }

    private let orders = Mutex<[Order]>([])
    /// Used by the loop's thread alone, but for waking it, which any thread may do.
    private nonisolated(unsafe) let transfers: UnsafeMutableRawPointer

    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    init() {
        precondition(TransferLoop.isReady, "libcurl cannot be started")
        guard let transfers = unsafe curl_multi_init() else {
            preconditionFailure("libcurl has no memory left")
        }
        unsafe self.transfers = transfers
        _ = unsafe assay_set_connections(transfers, 64)
        DispatchQueue(label: "assay web").async { self.run() }
    }

    func start(_ transfer: Transfer, _ continuation: CheckedContinuation<Outcome, Never>) {
        give(.start(transfer, continuation))
    }

    func cancel(_ transfer: Transfer) { give(.cancel(transfer)) }

    /// Ends the thread; whoever still waits is told that it was cancelled.
    func stop() { give(.stop) }

    private func give(_ order: sending Order) {
        orders.withLock { $0.append(order) }
        unsafe curl_multi_wakeup(transfers)
    }

    // MARK: On the thread

    private struct Waiting {
        let transfer: Transfer
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private func run() {
        var waiting: [UnsafeMutableRawPointer: Waiting] = unsafe [:]
        var isStopped = false
        while !isStopped {
            for order in orders.withLock({ orders in
                defer { orders = [] }
                return orders
            }) {
                switch order {
                case .start(let transfer, let continuation):
                    guard !transfer.isCancelled, let handle = unsafe transfer.open() else {
                        continuation.resume(returning: .failure(transfer.cancellation))
                        continue
                    }
                    unsafe waiting[handle] = Waiting(
                        transfer: transfer, continuation: continuation)
                    unsafe curl_multi_add_handle(transfers, handle)
                case .cancel(let transfer):
                    transfer.isCancelled = true
                    guard let handle = unsafe transfer.handle,
                        let one = unsafe waiting.removeValue(forKey: handle)
                    else { continue }
                    let cancellation = transfer.cancellation
                    unsafe curl_multi_remove_handle(transfers, handle)
                    transfer.close()
                    one.continuation.resume(returning: .failure(cancellation))
                case .stop:
                    isStopped = true
                }
            }
            var running: Int32 = 0
            unsafe curl_multi_perform(transfers, &running)
            var left: Int32 = 0
            while let message = unsafe curl_multi_info_read(transfers, &left) {
                guard unsafe message.pointee.msg == CURLMSG_DONE,
                    let handle = unsafe message.pointee.easy_handle,
                    let one = unsafe waiting.removeValue(forKey: handle)
                else { continue }
                let outcome = unsafe one.transfer.outcome(of: assay_result(message))
                unsafe curl_multi_remove_handle(transfers, handle)
                one.transfer.close()
                one.continuation.resume(returning: outcome)
            }
            if !isStopped {
                // An order that came meanwhile wakes it at once.
                unsafe curl_multi_poll(transfers, nil, 0, 60_000, nil)
            }
        }
        for unsafe(handle, one) in unsafe waiting {
            let cancellation = one.transfer.cancellation
            unsafe curl_multi_remove_handle(transfers, handle)
            one.transfer.close()
            one.continuation.resume(returning: .failure(cancellation))
        }
        unsafe curl_multi_cleanup(transfers)
    }
}
