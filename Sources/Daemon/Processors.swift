import Glibc
import Settings

enum Processors {
    /// Processors of the machine that are in use, at least 1.
    static var available: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

extension Settings.Engine {
    /// Threads that work on streams, 1 or more.
    var threads: Int { workers > 0 ? workers : Processors.available }
}
