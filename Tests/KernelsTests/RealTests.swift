import Kernels
import Testing

@Suite("Elementary functions")
struct RealTests {
    @Test("Float and Double agree with known values")
    func knownValues() {
        #expect((Double.tanh(0.5) - 0.462_117_157_260_009_76).magnitude < 1e-15)
        #expect((Float.tanh(0.5) - 0.462_117_16).magnitude < 1e-7)
        #expect((Double.exp(1) - 2.718_281_828_459_045).magnitude < 1e-15)
        #expect((Float.exp(1) - 2.718_281_8).magnitude < 3e-7)
        #expect((Double.log(10) - 2.302_585_092_994_046).magnitude < 1e-15)
        #expect((Float.log(10) - 2.302_585_1).magnitude < 3e-7)
        #expect((Double.sin(1) - 0.841_470_984_807_896_5).magnitude < 1e-15)
        #expect((Float.sin(1) - 0.841_470_96).magnitude < 1e-7)
        #expect((Double.cos(1) - 0.540_302_305_868_139_8).magnitude < 1e-15)
        #expect((Float.cos(1) - 0.540_302_3).magnitude < 1e-7)
        #expect(Double.log(-1).isNaN && Double.log(0) == -.infinity)
    }

    @Test("the sigmoid saturates at 0 and 1 and is symmetrical about 1/2")
    func sigmoid() {
        #expect(Double.sigmoid(0) == 0.5)
        #expect(Double.sigmoid(-1e4) == 0 && Double.sigmoid(-.infinity) == 0)
        #expect(Double.sigmoid(1e4) == 1 && Float.sigmoid(.infinity) == 1)
        #expect(Float.sigmoid(-200) == 0 && Float.sigmoid(200) == 1)
        #expect(Double.sigmoid(.nan).isNaN)
        for x in stride(from: -20.0, through: 20, by: 0.37) {
            #expect((Double.sigmoid(x) + Double.sigmoid(-x) - 1).magnitude < 1e-15)
        }
    }
}
