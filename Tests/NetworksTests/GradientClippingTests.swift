import Networks
import Testing

@Suite("Gradient clipping")
struct GradientClippingTests {
    @Test("gradients beyond the limit keep their direction and get its length")
    func beyond() {
        var gradients: [Double] = [3, 0, -4, 0, 12]
        #expect(clip(&gradients, toNorm: 1) == 13)
        let factor = 1 / (13 + 1e-6)
        #expect(gradients == [3 * factor, 0, -4 * factor, 0, 12 * factor])
    }

    @Test("gradients within the limit keep their bits")
    func within() {
        var gradients: [Float] = [0.3, -0.4, 0.1, 0.2, 0.7]
        let before = gradients
        let norm = clip(&gradients, toNorm: 1)
        #expect((norm - Float(0.79).squareRoot()).magnitude < 1e-6)
        #expect(gradients == before)
    }

    @Test(
        "a norm that is not finite is returned and changes nothing",
        arguments: [Float.nan, .infinity, -.infinity, 3e38])
    func notFinite(value: Float) {
        var gradients: [Float] = [1, value, 2]
        #expect(!clip(&gradients, toNorm: 1).isFinite)
        #expect(gradients[0] == 1 && gradients[2] == 2)
    }

    @Test("nothing at all has norm 0")
    func zero() {
        var gradients: [Float] = [0, 0]
        #expect(clip(&gradients, toNorm: 1) == 0)
        #expect(gradients == [0, 0])
    }
}
