import Networks

/// Update and step times of every cell.
package struct NetMeasurement: Sendable {
    package struct Update: Sendable {
        package let cell: String
        package let hidden: Int
        package let window: Int
        package let batch: Int
        package let timing: Timing
        /// 10⁹ floating-point operations a second, at the median.
        package let gigaflops: Double
    }

    package struct Step: Sendable {
        package let cell: String
        package let hidden: Int
        package let timing: Timing
    }

    /// Nets of one input and one output.
    static let cells: [(name: String, cell: Cell)] = [
        ("elman", .elman(.tanh, bias: true)), ("gru", .gru), ("lstm", .lstm),
        ("lstm_peephole", .lstmPeephole),
    ]
    static let window = 32

    static func updates(
        peak: inout MachinePeak, isQuick: Bool, progress: (String) -> Void
    ) -> [Update] {
        var rows: [Update] = []
        for (name, cell) in cells {
            for hidden in isQuick ? [32] : [16, 32, 64, 128] {
                for batch in [1, 8] {
                    progress("update: \(name), hidden \(hidden), batch \(batch)")
                    peak.addBurst()
                    var work = UpdateWork(cell, hidden: hidden, window: window, batch: batch)
                    let timing = Timing(seconds: isQuick ? 0.05 : 0.4) { work.update() }
                    rows.append(
                        Update(
                            cell: name, hidden: hidden, window: window, batch: batch,
                            timing: timing,
                            gigaflops: work.operations / timing.medianNanoseconds))
                }
            }
        }
        return rows
    }

    static func steps(isQuick: Bool, progress: (String) -> Void) -> [Step] {
        var rows: [Step] = []
        for (name, cell) in cells {
            for hidden in isQuick ? [32] : [16, 32, 64, 128] {
                progress("step: \(name), hidden \(hidden)")
                var work = StepWork(cell, hidden: hidden)
                let timing = Timing(seconds: isQuick ? 0.02 : 0.1) { work.step() }
                rows.append(Step(cell: name, hidden: hidden, timing: timing))
            }
        }
        return rows
    }
}
