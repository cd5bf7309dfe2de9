import Series

extension Forecast.Channel {
    /// NaN is no number, anywhere.
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(any: &value)
        try coder.code(any: &mean)
        try coder.code(any: &lower)
        try coder.code(any: &upper)
        try coder.code(any: &residual)
        try coder.code(any: &anomalyScore)
        try coder.code(any: &meanAbsoluteError)
        try coder.code(any: &scaledError)
    }
}
