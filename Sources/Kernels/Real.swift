public import CKernels

/// The number type of a network: `Float` in the daemon, `Double` where precision is the question.
@usableFromInline
package protocol Real: BinaryFloatingPoint, BitwiseCopyable, Sendable {
    /// Hyperbolic tangent.
    static func tanh(_ x: Self) -> Self
    /// Natural exponential.
    static func exp(_ x: Self) -> Self
    /// Natural logarithm, NaN below 0.
    static func log(_ x: Self) -> Self
    /// Sine of an angle in radians.
    static func sin(_ x: Self) -> Self
    /// Cosine of an angle in radians.
    static func cos(_ x: Self) -> Self
}

extension Real {
    /// 1 / (1 + e⁻ˣ): 0 and 1 at the infinities.
    @inlinable
    package static func sigmoid(_ x: Self) -> Self {
        1 / (1 + exp(-x))
    }
}

extension Float: Real {
    @inlinable package static func tanh(_ x: Float) -> Float { foretide_tanhf(x) }
    @inlinable package static func exp(_ x: Float) -> Float { foretide_expf(x) }
    @inlinable package static func log(_ x: Float) -> Float { foretide_logf(x) }
    @inlinable package static func sin(_ x: Float) -> Float { foretide_sinf(x) }
    @inlinable package static func cos(_ x: Float) -> Float { foretide_cosf(x) }
}

extension Double: Real {
    @inlinable package static func tanh(_ x: Double) -> Double { foretide_tanh(x) }
    @inlinable package static func exp(_ x: Double) -> Double { foretide_exp(x) }
    @inlinable package static func log(_ x: Double) -> Double { foretide_log(x) }
    @inlinable package static func sin(_ x: Double) -> Double { foretide_sin(x) }
    @inlinable package static func cos(_ x: Double) -> Double { foretide_cos(x) }
}
