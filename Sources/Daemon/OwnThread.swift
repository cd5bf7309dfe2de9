import Glibc

/// A thread of the operating system for work that must not share one: the owner of the sockets.
/// Tasks move between threads, and a libzmq socket may not.
package enum OwnThread {
    /// Runs `body` on a new detached thread called `name` (15 bytes at most are shown by `top -H`).
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        pthread_detach(make(name: name, body))
    }

    /// A thread that somebody waits for the end of, once.
    struct Joinable: Sendable {
        private let thread: pthread_t

        /// Runs `body` on a new thread called `name`.
        init(name: String, _ body: @escaping @Sendable () -> Void) {
            thread = OwnThread.make(name: name, body)
        }

        /// Waits until the thread is gone, with all that it held.
        func join() {
            let code = pthread_join(thread, nil)
            precondition(code == 0, "pthread_join failed: \(code)")
        }
    }

    private static func make(
        name: String, _ body: @escaping @Sendable () -> Void
    ) -> pthread_t {
        let unmanaged = unsafe Unmanaged.passRetained(Body(name: name, run: body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                // The only argument ever passed is the retained `Body` from above.
                let body = unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
                OwnThread.setName(body.name)
                body.run()
                return nil
            }, unmanaged.toOpaque())
        precondition(code == 0, "pthread_create failed: \(code)")
        return thread
    }

    /// Lets the other threads of this process have the processor first (Linux has a niceness for
    /// each thread). Not being allowed to does no harm.
    static func yieldToOthers() { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5) }

    /// For `top -H` and `ps -T`. Glibc's pthread_setname_np is not visible in Swift.
    private static func setName(_ name: String) {
        let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        var name = name
        name.withUTF8 { bytes in _ = unsafe write(file, bytes.baseAddress, min(bytes.count, 15)) }
        close(file)
    }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}
