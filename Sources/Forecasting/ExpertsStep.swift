/// What the newest step of a channel's experts has left in them, apart from the window of the net,
/// which a trial leaves alone (`Experts.step`): copied before trials, and copied back after.
struct ExpertsStep: Sendable {
    private var forecasts: [Double] = []
    private var features = Features()
    private var (ar2, ar8, full, arx) = (LinearStep(), LinearStep(), LinearStep(), LinearStep())
    private var recall: Recall?
    private var recurrent = RecurrentStep()
    private var arxForecast = 0.0
    private var arxIsAwake = false
    private var newestError = 0.0
    private var steps = 0

    mutating func copy(from experts: inout Experts) { copy(&experts, isBack: false) }

    /// experts: those that they were copied from.
    mutating func copy(to experts: inout Experts) { copy(&experts, isBack: true) }

    /// In one direction or the other, so that what goes there comes back.
    private mutating func copy(_ experts: inout Experts, isBack: Bool) {
        Self.copy(&experts.forecasts, &forecasts, isBack)
        Self.copy(&experts.features, &features, isBack)
        Self.copy(&experts.newestError, &newestError, isBack)
        Self.copy(&experts.steps, &steps, isBack)
        if experts.ar2 != nil { ar2.copy(&experts.ar2!, isBack) }
        if experts.ar8 != nil { ar8.copy(&experts.ar8!, isBack) }
        if experts.recurrent != nil { recurrent.copy(&experts.recurrent!, isBack) }
        if experts.arx != nil {
            arx.copy(&experts.arx!.linear, isBack)
            Self.copy(&experts.arx!.forecast, &arxForecast, isBack)
            Self.copy(&experts.arx!.isAwake, &arxIsAwake, isBack)
        }
        if experts.full != nil { copy(&experts.full!, isBack) }
    }

    private mutating func copy(_ expert: inout FullExpert, _ isBack: Bool) {
        full.copy(&expert.linear, isBack)
        guard expert.recall != nil else { return }
        if isBack {
            expert.recall!.copy(from: recall!)
        } else {
            if recall == nil { recall = Recall() }
            recall!.copy(from: expert.recall!)
        }
    }

    private static func copy<Value>(_ own: inout Value, _ kept: inout Value, _ isBack: Bool) {
        if isBack { own = kept } else { kept = own }
    }

    fileprivate static func copy<Number>(
        _ own: inout [Number], _ kept: inout [Number], _ isBack: Bool
    ) {
        if isBack { own.replaceAll(with: kept) } else { kept.replaceAll(with: own) }
    }

    /// Of a linear expert.
    private struct LinearStep {
        private var inputs: [Double] = []
        private var forecast = 0.0

        mutating func copy<Scalar>(_ expert: inout LinearExpert<Scalar>, _ isBack: Bool) {
            ExpertsStep.copy(&expert.inputs, &inputs, isBack)
            ExpertsStep.copy(&expert.forecast, &forecast, isBack)
        }
    }

    private struct RecurrentStep {
        private var (state, input, output): ([Float], [Float], [Float]) = ([], [], [])
        private var (base, forecast) = (0.0, 0.0)

        mutating func copy(_ expert: inout RecurrentExpert, _ isBack: Bool) {
            ExpertsStep.copy(&expert.state, &state, isBack)
            ExpertsStep.copy(&expert.input, &input, isBack)
            ExpertsStep.copy(&expert.output, &output, isBack)
            ExpertsStep.copy(&expert.base, &base, isBack)
            ExpertsStep.copy(&expert.forecast, &forecast, isBack)
        }
    }
}

extension Array {
    /// Becomes a copy of another array, in the memory that it has.
    mutating func replaceAll(with other: borrowing [Element]) {
        removeAll(keepingCapacity: true)
        append(contentsOf: copy other)
    }
}
