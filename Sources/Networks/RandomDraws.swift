import Kernels

// The distributions that the core draws from, spelled out so that a seed gives the same bits with
// every version of the standard library.

/// Uniform in 0..<1: the generator's upper 53 bits.
package func unitInterval(_ generator: inout some RandomNumberGenerator) -> Double {
    Double(generator.next() >> 11) * 0x1p-53
}

/// Normal with mean 0 and variance 1 (Box, Muller, 1958); two draws, the second value is not used.
package func standardNormal(_ generator: inout some RandomNumberGenerator) -> Double {
    // 1 − u is in (0, 1], where the logarithm is finite.
    let radius = (-2 * Double.log(1 - unitInterval(&generator))).squareRoot()
    return radius * Double.cos(2 * .pi * unitInterval(&generator))
}

/// Uniform in 0..<bound without bias (Lemire, 2019).   bound > 0.
package func uniformIndex(below bound: Int, _ generator: inout some RandomNumberGenerator) -> Int {
    precondition(bound > 0)
    let range = UInt64(bound)
    let rejected = (0 &- range) % range
    while true {
        let (high, low) = generator.next().multipliedFullWidth(by: range)
        if low >= rejected { return Int(high) }
    }
}
