/// One way to forecast a series; the mixture weighs several. The raw values are the names that
/// settings and reports use.
package enum Expert: String, CaseIterable, Sendable {
    /// The last value again. Always among the experts: the guard leans on it.
    case persistence
    /// Least squares on the level and the last difference, quick to forget.
    case ar2
    /// Least squares on the level and the last seven differences.
    case ar8
    /// The recurrent net, on what `full` leaves over if that is among the experts, else `ar8`; one
    /// that looks at other channels on `ar8`.
    case recurrent
    /// Least squares on everything: features, recall, random units; with other channels what these
    /// show, and the net's hidden state in place of the random units.
    case full
    /// Least squares on the features and on the exogenous inputs of the stream; only where it has
    /// any.
    case arx
}
