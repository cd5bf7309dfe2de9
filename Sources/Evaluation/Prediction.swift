/// What was forecast for a sample before it was seen. Reused from sample to sample.
package struct Prediction: Equatable, Sendable {
    /// ŷ and its interval, in units of the series; NaN when there was no forecast.
    package var mean = Double.nan
    package var lower = Double.nan
    package var upper = Double.nan
    /// Share of samples that the interval is to hold, 0…1.
    package var level = 0.9
    /// Each expert's own ŷ and its share of the forecast; as long as the list of experts' names.
    package var experts: [Double] = []
    package var weights: [Double] = []

    package init() {}
}
