extension OwnThread {
    /// Runs `body` on a thread of its own, and waits for its result without holding up a task.
    package static func run<Result: Sendable>(
        name: String, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            start(name: name) { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
