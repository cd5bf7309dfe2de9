import CKernels

/// The instructions that the fast kernels are compiled for. `scalar` means none of them: the plain
/// loops of Swift, which define what the kernels compute.
package enum InstructionSet: String, CaseIterable, Sendable {
    case scalar
    case x86v2 = "x86-64-v2"
    case x86v3 = "x86-64-v3"
    case x86v4 = "x86-64-v4"
    case neon

    private var level: foretide_level {
        switch self {
        case .scalar: FORETIDE_SCALAR
        case .x86v2: FORETIDE_X86_64_V2
        case .x86v3: FORETIDE_X86_64_V3
        case .x86v4: FORETIDE_X86_64_V4
        case .neon: FORETIDE_NEON
        }
    }

    /// Whether this processor has them.
    package var isSupported: Bool { foretide_supports(level) }

    /// The best ones that this processor has.
    package static var best: InstructionSet {
        let level = foretide_best_level()
        return allCases.first { $0.level == level } ?? .scalar
    }

    /// Those that the process uses: what the environment variable FORETIDE_ENGINE_ISA names, else
    /// the best ones, until `use` says otherwise.
    package static var inUse: InstructionSet {
        let level = foretide_level_in_use()
        return allCases.first { $0.level == level } ?? .scalar
    }

    /// From now on the process uses these, which must be supported. To be said before anything is
    /// computed: results of two sets differ in their last bits.
    package func use() {
        precondition(isSupported, "this processor does not have \(rawValue)")
        foretide_use(level)
    }
}
