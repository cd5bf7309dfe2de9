import Glibc

enum Processors {
    /// Processors of the machine that are in use, at least 1.
    static var available: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
