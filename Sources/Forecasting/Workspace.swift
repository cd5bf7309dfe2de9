/// What the models of one rule need while they work and nobody needs after: one serves all of its
/// streams, one after the other.
package struct Workspace: Sendable {
    /// For the net; nil without one.
    package var training: TrainingWorkspace?
    /// What the linear experts and the net see of the stream at work, at its newest step.
    var features = [Double](repeating: 0, count: Features.count)
    package internal(set) var inputs = NetInputs()
    /// For the search for a season; nil without experts that use it.
    var seasonDetector: SeasonDetector?

    package init(_ configuration: ModelConfiguration) {
        training = TrainingWorkspace(configuration)
        if configuration.usesSeason { seasonDetector = SeasonDetector() }
    }
}
