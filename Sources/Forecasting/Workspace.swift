/// What the models of one rule need while they work and nobody needs after: one serves all of its
/// streams, one after the other.
///
/// A net that looks at the neighbours of a channel has more inputs: `prepare` comes before the work
/// on a stream.
package struct Workspace: Sendable {
    /// For the net of the stream at work; nil without one.
    package var training: TrainingWorkspace?
    /// By the neighbours that a net looks at: those for other streams, made when first needed.
    private var others: [TrainingWorkspace?] = []
    private var neighbourCount = 0
    private let configuration: ModelConfiguration
    /// What the linear experts and the net see of the stream at work, at its newest step.
    var features = [Double](repeating: 0, count: Features.count)
    package internal(set) var inputs = NetInputs()
    /// The hidden state that the net lends to `full`.
    var state: [Float] = []
    /// What the channels of the stream at work show each other.
    var neighbours = Neighbours()
    /// What the exogenous inputs of the stream at work show them.
    var shownInputs = ShownInputs()
    /// What the next values of the channels of the stream at work are forecast with.
    var loops: [ClosedLoop] = []
    /// Of a channel, while a step is tried.
    var experts = ExpertsStep()
    /// The exogenous inputs of that stream while they stand still.
    var heldInputs: [ExogenousInput] = []
    /// For the search for a season; nil without experts that use it.
    var seasonDetector: SeasonDetector?

    package init(_ configuration: ModelConfiguration) {
        self.configuration = configuration
        training = TrainingWorkspace(configuration)
        if configuration.usesSeason { seasonDetector = SeasonDetector() }
    }

    /// For a stream whose channels have so many neighbours.
    mutating func prepare(neighbours: Int) {
        // Those that share a net do not look around with it.
        guard neighbours != neighbourCount, configuration.weights == .stream else { return }
        while others.count <= max(neighbours, neighbourCount) { others.append(nil) }
        swap(&training, &others[neighbourCount])
        neighbourCount = neighbours
        swap(&training, &others[neighbours])
        if training == nil {
            training = TrainingWorkspace(configuration, neighbours: neighbours)
        }
    }
}
