package import Series

/// Forecasts to the payloads that are published: docs/wire-format.md, "What comes out".
///
/// Appends to a buffer that the caller keeps; nothing is allocated once it has grown.
package struct Encoder: Sendable {
    private let format: OutputFormat
    private var batch = ForecastBatchEncoder()

    package init(format: OutputFormat) {
        self.format = format
    }

    /// Appends the payload of one forecast. In binary that is a batch of one row; for several use
    /// `ForecastBatchEncoder`.
    package mutating func encode(_ forecast: borrowing Forecast, into bytes: inout [UInt8]) {
        switch format {
        case .json: JSONEncoder.append(forecast, to: &bytes)
        case .messagePack: MessagePackEncoder.append(forecast, to: &bytes)
        case .binary:
            _ = batch.append(forecast)
            batch.finish(into: &bytes)
        }
    }
}

extension Forecast {
    /// Whether arrays take the place of numbers: several channels, or one with a name.
    var isMultivariate: Bool { channels.count != 1 || !channelNames.isEmpty }
}

extension Forecast.Status {
    package var text: StaticString {
        switch self {
        case .warming: "warming"
        case .ok: "ok"
        case .stale: "stale"
        case .recovering: "recovering"
        }
    }
}
