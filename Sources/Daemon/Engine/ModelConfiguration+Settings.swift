package import Forecasting
package import Settings

extension ModelConfiguration {
    /// The forecaster's view of the settings of [model]. The enumerations have the same cases by
    /// design; an added one fails to compile here.
    package init(_ model: Model) {
        self.init()
        cell =
            switch model.cell {
            case .none: .none
            case .elman: .elman
            case .gru: .gru
            case .lstm: .lstm
            case .lstmPeephole: .lstmPeephole
            }
        activation =
            switch model.activation {
            case .tanh: .tanh
            case .relu: .relu
            case .sigmoid: .sigmoid
            case .identity: .identity
            }
        optimizer =
            switch model.optimizer {
            case .sgd: .sgd
            case .momentum: .momentum
            case .rmsprop: .rmsprop
            case .adam: .adam
            }
        initialWeights =
            switch model.initialWeights {
            case .factory: .factory
            case .random: .random
            }
        weights =
            switch model.weights {
            case .stream: .stream
            case .shared: .shared
            }
        experts = Set(model.experts.map(Expert.init))
        loss =
            switch model.loss {
            case .squared: .squared
            case .absolute: .absolute
            }
        period =
            switch model.period {
            case .auto: nil
            case .samples(let samples): samples
            }
        hidden = model.hidden
        window = model.window
        stride = model.stride
        learningRate = model.learningRate
        // In the settings 0 stands for no clipping.
        clipNorm = model.clipNorm > 0 ? model.clipNorm : .infinity
        weightDecay = model.weightDecay
        dropout = model.dropout
        horizon = model.horizon
        level = model.level
        inputs = model.inputs.map { Array($0.utf8) }
    }
}

extension Expert {
    fileprivate init(_ expert: Model.Expert) {
        self =
            switch expert {
            case .persistence: .persistence
            case .ar2: .ar2
            case .ar8: .ar8
            case .recurrent: .recurrent
            case .full: .full
            case .arx: .arx
            }
    }
}

extension ModelRule {
    package init(_ rule: StreamRule) {
        var configuration = ModelConfiguration(rule.model)
        configuration.dataRange = rule.dataRange
        self.init(pattern: rule.match, configuration: configuration)
    }
}
