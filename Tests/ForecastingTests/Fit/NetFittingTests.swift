import Forecasting
import Networks
import Series
import TestSupport
import Testing

@Suite("Fitting a net to a history")
struct NetFittingTests {
    /// x′ = 4x(1 − x), of which linear experts foresee nothing; one value is missing.
    private static let values: [Double] = {
        var x = 0.3
        return (0..<600).map { index in
            x = 4 * x * (1 - x)
            return index == 100 ? .nan : x
        }
    }()

    private static let configuration: ModelConfiguration = {
        var configuration = ModelConfiguration()
        (configuration.cell, configuration.hidden) = (.elman, 16)
        configuration.experts = [.persistence, .recurrent]
        return configuration
    }()

    /// What the net saw of the first values, and the forecaster that saw them.
    private struct History: ~Copyable {
        var feed: Feed
        var recording = NetRecording()

        init(
            _ configuration: ModelConfiguration = NetFittingTests.configuration,
            count: Int = NetFittingTests.values.count
        ) throws {
            feed = Feed(configuration)
            for value in NetFittingTests.values[..<count] {
                try feed.observe([value])
                feed.forecaster.record(StreamIndex(position: 0), channel: 0, into: &recording)
                feed.trainIfDue()
            }
        }

        func fitting(_ options: NetFitting.Options) -> NetFitting? {
            feed.forecaster.fitting(
                of: StreamIndex(position: 0), channel: 0, on: recording, options: options)
        }
    }

    private static func fitting(_ options: NetFitting.Options) throws -> NetFitting {
        let fitting = try History().fitting(options)
        return try #require(fitting)
    }

    private static let quick: NetFitting.Options = {
        var options = NetFitting.Options()
        (options.window, options.learningRate, options.epochs) = (16, 0.003, 40)
        return options
    }()

    @Test("a recording has a row for each step, and no target where there is none")
    func recording() throws {
        let recording = try History().recording
        let network = try #require(recording.network)
        #expect(recording.count == Self.values.count)
        #expect(recording.inputs.count == recording.count * network.architecture.inputCount)
        // The step before the missing value, the missing one, and the newest one know no target;
        // nor do the first ones, whose scales mean little.
        let unknown = recording.targets.indices.filter { recording.targets[$0].isNaN }
        #expect(unknown == Array(0..<30) + [99, 100, 599])
        #expect(recording.targets[50] != recording.targets[51])
    }

    @Test("a recording begins with the net that has seen nothing")
    func firstNet() throws {
        let short = try History(count: 1).recording.network?.parameters
        let history = try History()
        let (first, last) = (
            history.recording.network?.parameters, history.feed.channel().netParameters
        )
        #expect(short == first && first != last)
    }

    @Test("no recording where there is no net of the stream's own")
    func noNet() throws {
        for change in [
            { (configuration: inout ModelConfiguration) in configuration.cell = .none },
            { $0.weights = .shared },
        ] {
            var configuration = Self.configuration
            change(&configuration)
            let history = try History(configuration)
            let (count, isFitted) = (
                history.recording.count, history.fitting(Self.quick) != nil
            )
            #expect(count == 0 && !isFitted)
        }
    }

    @Test("epochs learn what comes next", arguments: NetFitting.Options.Order.allCases)
    func learns(order: NetFitting.Options.Order) throws {
        var options = Self.quick
        options.order = order
        var fitting = try Self.fitting(options)
        // A readout at random begins at 0 and adds nothing.
        #expect(fitting.start == fitting.base)
        while !fitting.isOver { fitting.runEpoch() }
        #expect(fitting.best.validation < 0.25 * fitting.start.validation)
        #expect(fitting.best.training < 0.5 * fitting.start.training)
        let least = fitting.epochs.map(\.validation).min()
        #expect(fitting.best.validation == least)
        #expect(fitting.epochs[fitting.bestEpoch - 1] == fitting.best)
    }

    @Test("it is over when nothing better has come for a while, with the best weights")
    func patience() throws {
        var options = Self.quick
        // A rate at which nothing is learned.
        (options.learningRate, options.patience) = (1, 3)
        var fitting = try Self.fitting(options)
        let before = fitting.bestNetwork.parameters
        var best = (epoch: 0, loss: fitting.start.validation, parameters: before)
        while !fitting.isOver {
            fitting.runEpoch()
            if fitting.bestEpoch > best.epoch {
                best = (
                    fitting.bestEpoch, fitting.best.validation, fitting.bestNetwork.parameters
                )
            }
        }
        #expect(fitting.epochs.count < options.epochs)
        #expect(fitting.epochs.count == best.epoch + 3)
        #expect(fitting.bestNetwork.parameters == best.parameters)
        #expect(fitting.epochs.suffix(3).allSatisfy { !($0.validation < best.loss) })
    }

    @Test("without a part left out the loss of what is learned decides")
    func noValidation() throws {
        var options = Self.quick
        (options.validation, options.epochs) = (0, 5)
        var fitting = try Self.fitting(options)
        while !fitting.isOver { fitting.runEpoch() }
        #expect(fitting.best.validation.isNaN)
        #expect(fitting.best.training == fitting.epochs.map(\.training).min())
    }

    @Test("the same history gives the same bits")
    func deterministic() throws {
        func parameters() throws -> [Float] {
            var options = Self.quick
            (options.order, options.epochs) = (.shuffled, 4)
            var fitting = try Self.fitting(options)
            while !fitting.isOver { fitting.runEpoch() }
            return fitting.bestNetwork.parameters
        }
        #expect(try parameters() == parameters())
    }

    @Test("a history that is too short is none", arguments: [0, 0.01, 0.2, 0.5, 0.9])
    func tooShort(validation: Double) throws {
        var options = Self.quick
        (options.validation, options.window) = (validation, 5)
        let fewest = NetFitting.fewestSteps(options)
        for count in [fewest - 1, fewest] {
            let isFitted = try History(count: count).fitting(options) != nil
            #expect(isFitted == (count == fewest))
        }
    }

    @Test("the stream goes on at the best weights")
    func take() throws {
        var fitting = try Self.fitting(Self.quick)
        for _ in 0..<3 { fitting.runEpoch() }
        var stream = try History().feed.forecaster.stream(StreamIndex(position: 0))
        stream.take(fitting, channel: 0)
        #expect(stream.channels[0].netParameters == fitting.bestNetwork.parameters)
    }
}
