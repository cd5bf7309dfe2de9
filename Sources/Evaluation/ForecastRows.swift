import Series

/// The lines of a forecasts file: `stream,index,ts,y,yhat,yhat_lower,yhat_upper`, and `horizon`
/// where more than the next value is forecast: how many samples before its `y` the forecast was
/// made. Numbers are in their shortest form that reads back exactly; what is missing is empty.
///
/// A column that starts with missing values is forecast as 0, without an interval, from the second
/// row to its first value (BAD-DATA-AND-PRIOR.md, 1): `shared/bench/accuracy.py` takes no empty
/// forecast there, and no score counts these rows.
package struct ForecastRows: Sendable {
    /// What has not been written yet. The owner writes it and calls `removeAll`.
    package private(set) var bytes: [UInt8]
    /// By column: its name as a CSV field, with the comma after it.
    private let names: [[UInt8]]
    /// `index,ts,` of the present row.
    private var row: [UInt8] = []
    private var isFirstRow = true

    private let horizon: Int

    package static let header = "stream,index,ts,y,yhat,yhat_lower,yhat_upper"

    /// horizon: the largest of the columns'.
    package init(columns: [String], horizon: Int = 1) {
        names = columns.map { Array((Self.quoted($0) + ",").utf8) }
        self.horizon = horizon
        bytes = Array((Self.header + (horizon > 1 ? ",horizon\n" : "\n")).utf8)
    }

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// time: nanoseconds since 1970 UTC, written as seconds.
    mutating func startRow(index: Int, time: Int64) {
        isFirstRow = row.isEmpty
        row.removeAll(keepingCapacity: true)
        row.append(contentsOf: String(index).utf8)
        row.append(UInt8(ascii: ","))
        row.append(contentsOf: NumberText.seconds(nanoseconds: time).utf8)
        row.append(UInt8(ascii: ","))
    }

    /// A column's value in the present row, and what had been forecast for it: a line for each
    /// horizon.
    mutating func append(
        column: Int, value: Double, _ prediction: Prediction, path: PathScore? = nil
    ) {
        var next = Forecast.Step()
        next.mean = prediction.mean.isNaN && !isFirstRow ? 0 : prediction.mean
        (next.lower, next.upper) = (prediction.lower, prediction.upper)
        append(column: column, value: value, next, ahead: 1)
        guard horizon > 1 else { return }
        for ahead in 2...horizon {
            let step = path?.forecast(ahead: ahead) ?? Forecast.Step()
            append(column: column, value: value, step, ahead: ahead)
        }
    }

    private mutating func append(
        column: Int, value: Double, _ step: Forecast.Step, ahead: Int
    ) {
        bytes.append(contentsOf: names[column])
        bytes.append(contentsOf: row)
        append(value, end: ",")
        append(step.mean, end: ",")
        append(step.lower, end: ",")
        append(step.upper, end: horizon > 1 ? "," : "\n")
        if horizon > 1 { bytes.append(contentsOf: "\(ahead)\n".utf8) }
    }

    private mutating func append(_ value: Double, end: Unicode.Scalar) {
        if !value.isNaN { bytes.append(contentsOf: NumberText.shortest(value).utf8) }
        bytes.append(UInt8(ascii: end))
    }

    /// RFC 4180: in quotes where the name has a comma or a quote.
    private static func quoted(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") })
        else { return name }
        return "\""
            + name.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
