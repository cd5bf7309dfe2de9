package import Evaluation

/// What an experiment has to show.
package struct Outcome {
    package let title: String
    package let table: TextTable
    /// Below the table, in a sentence or two.
    package let note: String
    /// The loss curve and the prediction, each by its file's name without `.svg`.
    package let plots: [(name: String, plot: Plot)]
    /// Other files by their names.
    package var files: [(name: String, text: String)] = []
}

/// The loss of each epoch, from 1, as a line's points; of many epochs some 500.
func curve(_ losses: [Double]) -> [(x: Double, y: Double)] {
    let step = max(1, losses.count / 500)
    return losses.indices.filter { $0 % step == 0 || $0 == losses.count - 1 }
        .map { (Double($0 + 1), losses[$0]) }
}

/// A loss axis around all of `losses`, in powers of ten.
func lossAxis(_ title: String, over losses: [Double]) -> Axis {
    let (low, high) = (losses.min() ?? 0.1, losses.max() ?? 1)
    return Axis(title: title, logarithmicFrom: low / 1.3, to: high * 1.3)
}
