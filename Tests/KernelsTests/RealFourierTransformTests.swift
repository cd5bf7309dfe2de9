import Kernels
import TestSupport
import Testing

@Suite("Fourier transform")
struct RealFourierTransformTests {
    @Test(
        "it is the sum that defines it, at every length", arguments: [4, 8, 32, 64, 128, 256, 1024])
    func definition(length: Int) {
        let seed: UInt64 = 4
        var random = SplitMix64(seed: seed)
        let x = (0..<1024).map { _ in Double.random(in: -1...1, using: &random) }
        var transform = RealFourierTransform(capacity: 1024)
        var spectrum = (real: x, imaginary: x)
        transform.run(x, length: length, spectrum: &spectrum)
        for k in 0...(length / 2) {
            var (real, imaginary) = (0.0, 0.0)
            for n in 0..<length {
                let angle = 2 * Double.pi * Double(k * n) / Double(length)
                real += x[n] * Double.cos(angle)
                imaginary -= x[n] * Double.sin(angle)
            }
            #expect(abs(spectrum.real[k] - real) < 1e-11, "seed \(seed), k \(k)")
            #expect(abs(spectrum.imaginary[k] - imaginary) < 1e-11, "seed \(seed), k \(k)")
        }
    }
}
