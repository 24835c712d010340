import Synchronization

/// How much memory the keys of a run may take, over all its streams.
package final class MemoryBudget: Sendable {
    private let left: Atomic<Int>

    package init(bytes: Int) {
        left = Atomic(bytes)
    }

    /// Takes some of it, unless too little is left.
    package func take(_ bytes: Int) -> Bool {
        let rest = left.subtract(bytes, ordering: .relaxed).newValue
        if rest >= 0 { return true }
        giveBack(bytes)
        return false
    }

    /// Takes what is needed, whatever is left: others have the less.
    package func reserve(_ bytes: Int) {
        left.subtract(bytes, ordering: .relaxed)
    }

    /// Gives back what was taken.
    package func giveBack(_ bytes: Int) {
        left.add(bytes, ordering: .relaxed)
    }
}
