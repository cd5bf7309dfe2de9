/// A value that several threads use, one at a time, or several to read it: whose turn it is they
/// settle between them, with the atomics of `Workshop`. The compiler cannot see that;
/// ThreadSanitizer can (`make test-thread`). To touch a part is to touch all of it.
@safe final class Owned<Value: Sendable>: Sendable {
    private nonisolated(unsafe) var stored: Value

    init(_ value: Value) { unsafe stored = value }

    var value: Value {
        _read { yield unsafe stored }
        _modify { yield unsafe &stored }
    }
}
