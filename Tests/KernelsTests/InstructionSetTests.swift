import Kernels
import Testing

@Suite("Instruction sets")
struct InstructionSetTests {
    @Test("the best one is supported, and the scalar one everywhere")
    func support() {
        #expect(InstructionSet.best.isSupported)
        #expect(InstructionSet.scalar.isSupported)
        #expect(InstructionSet.inUse.isSupported)
    }

    @Test("a processor of one kind has nothing of another")
    func kinds() {
        #if arch(x86_64)
            #expect(!InstructionSet.neon.isSupported)
        #else
            #expect(!InstructionSet.x86v2.isSupported)
        #endif
    }
}
