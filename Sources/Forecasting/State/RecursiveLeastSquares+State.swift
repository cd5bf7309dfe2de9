import Kernels

extension RecursiveLeastSquares {
    mutating func code(with coder: inout StateCoder) throws(StateError) {
        try coder.code(&weights)
        if coder.format < 6 {
            try readEarlier(with: &coder)
        } else {
            try coder.code(&covariance)
            try coder.code(count: &blockCount, upTo: blockSize - 1)
            try coder.code(&blockInputs, part: 0..<blockCount * layout.padded)
            let offset = coder.position
            try coder.code(&blockErrors, part: 0..<blockCount)
            for error in blockErrors.prefix(blockCount) where abs(error) > Self.largestError {
                throw .outOfRange(offset: offset)
            }
        }
        try coder.code(positive: &meanSquaredError)
        try coder.code(count: &errorCount)
    }

    /// Far beyond any error that can be, and its square is a number.
    private static var largestError: Double { 1e100 }

    /// Before format 6 each sample was learned at once, but updates of P were put off, until there
    /// were four: P = S·(P̄ + Σ_k c_k·h_k·h_kᵀ).
    private mutating func readEarlier(with coder: inout StateCoder) throws(StateError) {
        var late = LateUpdates<Scalar>()
        if coder.format == 1 {
            try readFormat1(&late, with: &coder)
        } else {
            if coder.format == 2 {
                try readFormat2(&late, with: &coder)
            } else {
                try coder.code(&covariance)
                try coder.code(count: &late.count, upTo: SymmetricLayout.rank)
                late.vectors = [Scalar](repeating: 0, count: late.count * layout.padded)
                try coder.code(&late.vectors)
            }
            try coder.code(&late.factors, part: 0..<late.count)
            try coder.code(positive: &late.scale)
            // trace(P)/S.
            var trace = 0.0
            try coder.code(&trace)
        }
        var factors = [4 of Scalar](repeating: 0)
        for index in 0..<late.count { factors[index] = late.factors[index] }
        updateSymmetric(
            &covariance, layout, byOuterProductsOf: late.vectors, times: factors,
            scaledBy: Scalar(late.scale))
        blockCount = 0
    }

    /// Format 2 had P̄ and what is pending in blocks of 16, in double precision too.
    private mutating func readFormat2(
        _ late: inout LateUpdates<Scalar>, with coder: inout StateCoder
    ) throws(StateError) {
        let wide = SymmetricLayout(layout.count)
        var matrix = [Scalar](repeating: 0, count: wide.size)
        try coder.code(&matrix)
        covariance = wide.repacked(matrix, to: layout)
        try coder.code(count: &late.count, upTo: SymmetricLayout.rank)
        var vectors = [Scalar](repeating: 0, count: late.count * wide.padded)
        try coder.code(&vectors)
        for row in 0..<late.count {
            let start = row * wide.padded
            late.vectors += vectors[start..<start + layout.padded]
        }
    }

    /// Format 1 had P in double precision, its lower triangle row by row, and one pending update:
    /// P ← (P + a·g·gᵀ)·b.
    private mutating func readFormat1(
        _ late: inout LateUpdates<Scalar>, with coder: inout StateCoder
    ) throws(StateError) {
        let d = layout.count
        var (triangle, gain) = ([Double](repeating: 0, count: d * (d + 1) / 2), weights)
        try coder.code(&triangle)
        try coder.code(&gain)
        var factor = 0.0
        try coder.code(&factor)
        try coder.code(&late.scale)
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
        }
        late.vectors = gain.map { Scalar($0) }
        late.vectors += [Scalar](repeating: 0, count: layout.padded - d)
        (late.factors[0], late.count) = (Scalar(factor), 1)
    }
}

/// Of a state in an earlier format: h_k [count, padded], c_k and S.
private struct LateUpdates<Scalar: Real> {
    var vectors: [Scalar] = []
    var factors = [Scalar](repeating: 0, count: SymmetricLayout.rank)
    var count = 0
    var scale = 1.0
}
