import Networks
import Testing

@Suite("Architecture")
struct ArchitectureTests {
    @Test("the tensors tile the arena in their order", arguments: allCells)
    func tiling(cell: Cell) {
        let layout = Architecture(
            cell: cell, inputCount: 3, hiddenCount: 5, outputCount: 2
        ).layout
        let ranges = [
            layout.bias, layout.peephole, layout.inputWeights, layout.recurrentWeights,
            layout.readoutWeights, layout.readoutBias,
        ]
        var end = 0
        for range in ranges {
            #expect(range.lowerBound == end)
            end = range.upperBound
        }
        #expect(layout.count == end)
    }

    @Test("a network has the parameters and the state of its formulas")
    func counts() {
        func counts(_ cell: Cell) -> [Int] {
            let architecture = Architecture(
                cell: cell, inputCount: 3, hiddenCount: 5, outputCount: 2)
            return [architecture.parameterCount, architecture.stateCount]
        }
        let readout = 2 * 5 + 2
        #expect(counts(.elman(.tanh, bias: true)) == [5 * (3 + 5 + 1) + readout, 5])
        #expect(counts(.elman(.relu, bias: false)) == [5 * (3 + 5) + readout, 5])
        #expect(counts(.gru) == [15 * (3 + 5 + 1) + 5 + readout, 5])
        #expect(counts(.lstm) == [20 * (3 + 5 + 1) + readout, 10])
        #expect(counts(.lstmPeephole) == [20 * (3 + 5 + 1) + 15 + readout, 10])
    }
}
