import Kernels
import Testing

@Suite("The yardstick of the processor's peak")
struct MultiplyAddsTests {
    /// x ← x/2 + 1 ends at 2 wherever it began, so the sum is twice the count of numbers.
    @Test("counts the operations that it does", arguments: [100, 1_000])
    func operations(rounds: Int) {
        for run in [multiplyAdds, plainMultiplyAdds] {
            let done = run(rounds, 0.5, 1)
            #expect(done.operations > 0)
            #expect(done.operations % (2 * rounds) == 0)
            #expect(done.result == Float(done.operations / rounds))
        }
    }
}
