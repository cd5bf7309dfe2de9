import Kernels
package import Settings

extension Settings.Engine {
    /// From now on the process computes with the instructions that are asked for.
    ///
    /// Errors: 78 when this processor does not have them.
    package func useInstructionSet() throws(DaemonError) {
        guard isa != .auto else { return }
        guard let chosen = InstructionSet(rawValue: isa.rawValue), chosen.isSupported else {
            let supported = InstructionSet.allCases.filter(\.isSupported).map(\.rawValue)
            throw DaemonError(
                .configuration,
                "engine.isa: this processor does not have \(isa.rawValue), only"
                    + " \(supported.joined(separator: ", "))")
        }
        chosen.use()
    }
}
