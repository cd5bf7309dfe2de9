/// The lines of a forecasts file: `stream,index,ts,y,yhat,yhat_lower,yhat_upper`. Numbers are in
/// their shortest form that reads back exactly; what is missing is empty.
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

    package static let header = "stream,index,ts,y,yhat,yhat_lower,yhat_upper\n"

    package init(columns: [String]) {
        names = columns.map { Array((Self.quoted($0) + ",").utf8) }
        bytes = Array(Self.header.utf8)
    }

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// time: nanoseconds since 1970 UTC, written as seconds.
    mutating func startRow(index: Int, time: Int64) {
        isFirstRow = index == 0
        row.removeAll(keepingCapacity: true)
        row.append(contentsOf: String(index).utf8)
        row.append(UInt8(ascii: ","))
        row.append(contentsOf: NumberText.seconds(nanoseconds: time).utf8)
        row.append(UInt8(ascii: ","))
    }

    /// One line: a column's value in the present row, and what had been forecast for it.
    mutating func append(column: Int, value: Double, _ prediction: Prediction) {
        bytes.append(contentsOf: names[column])
        bytes.append(contentsOf: row)
        append(value, end: ",")
        append(prediction.mean.isNaN && !isFirstRow ? 0 : prediction.mean, end: ",")
        append(prediction.lower, end: ",")
        append(prediction.upper, end: "\n")
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
