import Glibc

/// A queue of at most `capacity` letters from any thread to one that waits for them.
@safe package final class Mailbox<Letter: Sendable>: Sendable {
    private let capacity: Int
    /// On the heap, since neither may move.
    private nonisolated(unsafe) let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(
        capacity: 1)
    private nonisolated(unsafe) let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(
        capacity: 1)
    /// Only under the mutex.
    private nonisolated(unsafe) var letters: [Letter] = []
    private nonisolated(unsafe) var isClosed = false

    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(arrival, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(arrival)
        unsafe pthread_mutex_destroy(mutex)
        unsafe arrival.deallocate()
        unsafe mutex.deallocate()
    }

    /// Puts one in. False when it is full or closed.
    package func put(_ letter: Letter) -> Bool {
        locked {
            guard unsafe !isClosed, unsafe letters.count < capacity else { return false }
            unsafe letters.append(letter)
            unsafe pthread_cond_signal(arrival)
            return true
        }
    }

    /// Waits for the next one, in the order in which they came. Nil when it is closed and empty.
    package func take() -> Letter? {
        locked {
            while unsafe letters.isEmpty && !isClosed { unsafe pthread_cond_wait(arrival, mutex) }
            return unsafe letters.isEmpty ? nil : letters.removeFirst()
        }
    }

    /// All that are there, without waiting.
    package func takeAll() -> [Letter] {
        locked {
            defer { unsafe letters.removeAll() }
            return unsafe letters
        }
    }

    /// Lets nothing more in; what is in it can still be taken.
    package func close() {
        locked {
            unsafe isClosed = true
            unsafe pthread_cond_broadcast(arrival)
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }
}
