import Glibc

/// Counts what one thread has to tell another one. Nothing is lost when nobody waits yet, and then
/// telling costs no system call (sem_overview(7)).
@safe final class Semaphore: Sendable {
    /// On the heap, since it may not move. Any thread may use it at any time: only the functions of
    /// sem_overview(7) touch it, which are made for that, and it goes when nobody has this object.
    private nonisolated(unsafe) let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    /// Looks before `wait` sleeps, a few microseconds: what is nearly done is not worth a sleep.
    private static let looks = 200

    init() { unsafe sem_init(semaphore, 0, 0) }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    func post() { unsafe sem_post(semaphore) }

    /// Takes one post, waiting for it if need be.
    func wait() {
        for _ in 0..<Self.looks where unsafe sem_trywait(semaphore) == 0 { return }
        while unsafe sem_wait(semaphore) != 0 { precondition(errno == EINTR, "sem_wait failed") }
    }
}
