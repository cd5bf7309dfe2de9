import Glibc

/// The only clocks of the daemon. The core takes time as an argument.
package enum SystemClock {
    /// Nanoseconds of the monotonic clock, for durations.
    package static func monotonic() -> Int64 { now(CLOCK_MONOTONIC) }

    /// Nanoseconds since 1970 UTC, for the arrival of samples that carry no time.
    package static func realtime() -> Int64 { now(CLOCK_REALTIME) }

    /// Nanoseconds of the processor that the calling thread has had: for measurements that what
    /// else runs on the machine is to leave alone. Costs a system call.
    package static func threadTime() -> Int64 { now(CLOCK_THREAD_CPUTIME_ID) }

    private static func now(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
