package import Forecasting
import Series

/// Puts the rows of a table through a forecaster, sample by sample as the daemon would, and scores
/// every forecast when its sample comes. Pure: the same rows give the same bits.
///
/// Each column is a stream of its own; or all are the channels of one multivariate stream.
package struct Replay: ~Copyable {
    /// A stream to feed, and which columns its values are in.
    struct Feed {
        let name: [UInt8]
        let nameHash: UInt64
        let columns: Range<Int>
        /// UTF-8, one per column, of a multivariate stream; else empty.
        let channelNames: [[UInt8]]
    }

    /// One per column.
    package private(set) var streams: [StreamEvaluation]
    package private(set) var rows = 0
    /// Rows that are not later than one before them.
    package private(set) var lateRows = 0
    /// Samples given to the forecaster so far: a row has one per stream.
    package var samples: Int { rows * feeds.count }
    /// Inputs that the settings have no use for, of all samples.
    package var unknownInputs: UInt64 { forecaster.counters.unknownInputs }
    let feeds: [Feed]
    /// UTF-8: the names of the inputs that every stream's samples have.
    private let inputNames: [[UInt8]]
    private(set) var forecaster: Forecaster
    private var batch = SampleBatch()
    private var forecast = Forecast()
    /// Of the table: the rows before it were left out.
    private let firstRow: Int
    /// By column: what its net saw; empty unless that is wanted.
    package private(set) var recordings: [NetRecording]
    /// By feed: its stream, once it has had a value.
    private(set) var indices: [StreamIndex?]
    private var newestTime = Int64.min
    /// By column: what is forecast for its next value.
    private var predictions: [Prediction]

    /// - Parameters:
    ///   - columns: names that are valid streams' names; not empty.
    ///   - multivariateName: the name of the one stream that has all columns as channels; nil makes
    ///     a stream of each column.
    ///   - inputs: names of the exogenous inputs that every sample of a row has.
    ///   - firstRow: the number of the first row, from 0.
    ///   - isTraced: whether a report will be wanted.
    ///   - isRecorded: whether nets will be trained on what they see.
    package init(
        columns: [String], multivariateName: String? = nil, inputs: [String] = [],
        firstRow: Int = 0, isTraced: Bool = false, isRecorded: Bool = false,
        forecaster: consuming Forecaster
    ) throws(ReplayError) {
        let feeds = try Self.feeds(columns: columns, multivariateName: multivariateName)
        var inputNames: [[UInt8]] = []
        for input in inputs { inputNames.append(try Self.validName(input)) }
        self.feeds = feeds
        self.inputNames = inputNames
        let capacity = LaterScore.capacity(streams: columns.count)
        streams = columns.enumerated().map { index, name in
            StreamEvaluation(
                name: name, laterCapacity: capacity,
                isTraced: isTraced && index < Report.tracedStreams)
        }
        predictions = [Prediction](repeating: Prediction(), count: columns.count)
        self.firstRow = firstRow
        recordings = Array(repeating: NetRecording(), count: isRecorded ? columns.count : 0)
        indices = Array(repeating: nil, count: feeds.count)
        self.forecaster = forecaster
    }

    private static func feeds(columns: [String], multivariateName: String?)
        throws(ReplayError) -> [Feed]
    {
        var feeds: [Feed] = []
        for (index, column) in columns.enumerated() {
            let name = try validName(column)
            feeds.append(
                Feed(
                    name: name, nameHash: StreamName.hash(name.span),
                    columns: index..<(index + 1), channelNames: []))
        }
        guard let multivariateName else { return feeds }
        let name = try validName(multivariateName)
        return [
            Feed(
                name: name, nameHash: StreamName.hash(name.span), columns: columns.indices,
                channelNames: feeds.map(\.name))
        ]
    }

    private static func validName(_ text: String) throws(ReplayError) -> [UInt8] {
        let name = Array(text.utf8)
        if let fault = StreamName.fault(in: name.span) { throw .name(text, fault) }
        return name
    }

    /// The next row: one value per column, NaN when missing.
    ///
    /// time: nanoseconds since 1970 UTC; nil counts the rows as seconds. inputs: NaN when missing.
    /// `forecasts` gets what had been forecast for these values, before they were seen.
    package mutating func add(
        time: Int64?, values: [Double], inputs: [Double] = [], forecasts: inout ForecastRows?
    ) throws(ReplayError) {
        precondition(values.count == streams.count && inputs.count == inputNames.count)
        let time = time ?? Int64(firstRow + rows) * 1_000_000_000
        if rows > 0, time <= newestTime { lateRows += 1 }
        newestTime = max(newestTime, time)
        forecasts?.startRow(index: firstRow + rows, time: time)
        for column in values.indices {
            forecasts?.append(
                column: column, value: values[column], predictions[column],
                path: streams[column].path)
            streams[column].add(
                time: time, value: values[column], prediction: predictions[column])
        }
        for index in feeds.indices {
            let stream = try observe(feeds[index], time: time, values: values, inputs: inputs)
            indices[index] = stream ?? indices[index]
        }
        rows += 1
    }

    /// The feed's stream; nil before its first value.
    private mutating func observe(
        _ feed: Feed, time: Int64, values: [Double], inputs: [Double]
    ) throws(ReplayError) -> StreamIndex? {
        try fill(with: feed, time: time, values: values, inputs: inputs)
        let outOfOrder = forecaster.counters.outOfOrder
        let observation = forecaster.observe(
            batch.samples[0], in: batch, arrivalTime: time, into: &forecast)
        // A late row, or one twice, is answered, but no step of the stream.
        let isStep = forecaster.counters.outOfOrder == outOfOrder
        switch observation {
        case .rejected(.noValueYet): return nil
        case .needs: preconditionFailure("a forecaster without a store")
        case .rejected(let reason): throw .rejected(reason, row: rows)
        case .forecast(let stream, let updateIsDue):
            for (channel, column) in feed.columns.enumerated() {
                keepForecast(
                    of: stream, channel: channel, column: column, value: values[column])
                if recordings.isEmpty || !isStep { continue }
                forecaster.record(stream, channel: channel, into: &recordings[column])
            }
            if updateIsDue { forecaster.train(stream) }
            return stream
        }
    }

    /// Makes the batch the one sample of a stream.
    private mutating func fill(
        with feed: Feed, time: Int64, values: [Double], inputs: [Double]
    ) throws(ReplayError) {
        batch.removeAll()
        do {
            let text = feed.name
            let name = try batch.addName(text.span)
            for column in feed.columns {
                batch.addValue(values[column])
                guard !feed.channelNames.isEmpty else { continue }
                let channel = feed.channelNames[column]
                try batch.addChannelName(channel.span)
            }
            for (input, name) in inputNames.enumerated() {
                batch.addInput(inputs[input], name: try batch.addName(name.span))
            }
            batch.appendSample(name: name, nameHash: feed.nameHash, time: time)
        } catch {
            throw .name(String(decoding: feed.name, as: UTF8.self), error)
        }
    }

    private mutating func keepForecast(
        of stream: StreamIndex, channel: Int, column: Int, value: Double
    ) {
        predictions[column].keep(forecast.channels[channel], level: forecast.level)
        if !forecast.path.isEmpty {
            let start = channel * forecast.horizon
            streams[column].keep(
                forecast.path[start..<(start + forecast.horizon)], value: value)
        }
        if streams[column].experts.isEmpty {
            streams[column].experts = forecaster.expertNames(of: stream, channel: channel)
        }
        streams[column].drifts = forecaster.drifts(of: stream, channel: channel)
        streams[column].period = forecaster.period(of: stream, channel: channel)
        predictions[column].keepExperts(
            of: &forecaster, stream: stream, channel: channel, value: value)
    }
}

extension Prediction {
    fileprivate mutating func keep(_ published: Forecast.Channel, level: Double) {
        (mean, lower, upper) = (published.mean, published.lower, published.upper)
        self.level = level
    }

    fileprivate mutating func keepExperts(
        of forecaster: inout Forecaster, stream: StreamIndex, channel: Int, value: Double
    ) {
        forecaster.readExperts(
            of: stream, channel: channel, forecasts: &experts, shares: &weights)
        // The first expert's own persistence leaves out what the bad-data policy sets aside; the
        // one that everything is compared with does not.
        if !value.isNaN, !experts.isEmpty { experts[0] = value }
    }
}
