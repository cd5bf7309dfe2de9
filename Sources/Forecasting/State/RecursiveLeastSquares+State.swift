import Kernels

extension RecursiveLeastSquares {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&weights)
        if coder.format == 1 {
            try readFormat1(with: &coder)
        } else {
            if coder.format == 2 {
                try readFormat2(with: &coder)
            } else {
                try coder.code(&covariance)
                try coder.code(count: &pendingCount, upTo: SymmetricLayout.rank)
                try coder.code(&pending, part: 0..<pendingCount * layout.padded)
            }
            try coder.code(&pendingFactors, part: 0..<pendingCount)
            try coder.code(positive: &scale)
            try coder.code(&trace)
        }
        try coder.code(positive: &meanSquaredError)
        try coder.code(count: &errorCount)
    }

    /// Format 2 had P̄ and what is pending in blocks of 16, in double precision too.
    private mutating func readFormat2(with coder: inout StateCoder) throws(StateError) {
        let wide = SymmetricLayout(layout.count)
        var matrix = [Scalar](repeating: 0, count: wide.size)
        try coder.code(&matrix)
        covariance = wide.repacked(matrix, to: layout)
        try coder.code(count: &pendingCount, upTo: SymmetricLayout.rank)
        var vectors = [Scalar](repeating: 0, count: pendingCount * wide.padded)
        try coder.code(&vectors)
        for row in 0..<pendingCount {
            for index in 0..<layout.padded {
                pending[row * layout.padded + index] = vectors[row * wide.padded + index]
            }
        }
    }

    /// Format 1 had P in double precision, its lower triangle row by row, and one pending update:
    /// P ← (P + a·g·gᵀ)·b.
    private mutating func readFormat1(with coder: inout StateCoder) throws(StateError) {
        let d = layout.count
        var (triangle, gain) = ([Double](repeating: 0, count: d * (d + 1) / 2), weights)
        try coder.code(&triangle)
        try coder.code(&gain)
        var factor = 0.0
        try coder.code(&factor)
        try coder.code(&scale)
        var next = 0
        for row in 0..<d {
            for column in 0...row {
                let number = Scalar(triangle[next])
                covariance[layout.row(row) + column] = number
                if column >= layout.ownColumns(ofRow: row).start {
                    covariance[layout.row(column) + row] = number
                }
                next += 1
            }
            pending[row] = Scalar(gain[row])
        }
        (pendingFactors[0], pendingCount) = (Scalar(factor), 1)
        trace = layout.trace(covariance.span)
        for number in gain { trace += factor * number * number }
    }
}
