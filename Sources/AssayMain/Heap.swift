import CMalloc

/// The memory of the process.
enum Heap {
    /// Lets memory that was given back go to who wants some next, whatever thread that is, and not to the system.
    ///
    /// To get pages of the system anew takes longer than to fill them. For a process that ends when its work is done.
    static func keepMemory() {
        // More than this no heap gives out.
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, Int32.max)
        mallopt(M_ARENA_MAX, 1)
    }
}
