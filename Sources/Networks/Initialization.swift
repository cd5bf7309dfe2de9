/// How the weights of a network start. Biases and peepholes start at 0, but for `keepGateBias`.
package struct Initialization: Hashable, Sendable {
    /// The distribution of one weight matrix. For a gate's matrix fan-in is I (or H) and fan-out H.
    package enum Scheme: Hashable, Sendable {
        /// Uniform in ±bound.
        case uniform(bound: Double)
        /// Uniform in ±1/√fan-in.
        case uniformFanIn
        /// Normal around 0.
        case normal(standardDeviation: Double)
        /// Uniform in ±√(6/(fan-in + fan-out)) (Glorot, Bengio, 2010, eq. 16).
        case xavierUniform
        /// Normal, variance 2/(fan-in + fan-out) (Glorot, Bengio, 2010, eq. 12).
        case xavierNormal
        /// Uniform in ±√(6/fan-in) (He et al., 2015).
        case heUniform
        /// Normal, variance 2/fan-in (He et al., 2015, eq. 10).
        case heNormal
    }

    package var scheme: Scheme
    /// The readout starts at 0: the first outputs are 0 whatever the state.
    package var zeroReadout: Bool
    /// Bias of the gate that keeps the old state: the GRU's z, the LSTM's f.
    package var keepGateBias: Double

    package init(_ scheme: Scheme, zeroReadout: Bool = false, keepGateBias: Double = 0) {
        self.scheme = scheme
        self.zeroReadout = zeroReadout
        self.keepGateBias = keepGateBias
    }
}
