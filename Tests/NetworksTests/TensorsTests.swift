import Networks
import Testing

@Suite("A network as named tensors")
struct TensorsTests {
    /// The golden files have PyTorch's own parameters.
    @Test("they are PyTorch's parameters, but for biases that only act as a sum")
    func golden() throws {
        let cases = try Golden.all("float32")
        #expect(cases.count == 10)
        for golden in cases {
            let layout = PyTorchLayout(golden.architecture)
            let parameters = try layout.names.map {
                try golden.numbers("params", $0).map(Float.init)
            }
            var network = Network<Float>(golden.architecture)
            network.parameters = layout.arena(parameters.flatMap(\.self))
            for (name, numbers) in zip(layout.names, parameters) where !name.hasPrefix("bias") {
                let found = try #require(tensor(name, of: network), "\(name)")
                #expect(found.values == numbers, "\(golden.name) \(name)")
                #expect(found.values.count == found.shape.reduce(1, *), "\(name)")
            }
            // Back into an arena they give the same network, biases included.
            let back = layout.names.flatMap { tensor($0, of: network)?.values ?? [] }
            #expect(layout.arena(back) == network.parameters, "\(golden.name)")
            #expect(network.tensors.count == layout.names.count)
        }
    }

    private func tensor(_ name: String, of network: Network<Float>) -> NamedTensor? {
        let ours =
            name.hasPrefix("head.")
            ? name : "rnn." + (name.hasPrefix("peep_") ? "peephole" + name.dropFirst(4) : name)
        return network.tensors.first { $0.name == ours }
    }

    @Test("their shapes are those of PyTorch's modules")
    func shapes() {
        let network = Network<Float>(Architecture(cell: .lstm, inputCount: 3, hiddenCount: 5))
        #expect(
            network.tensors.map { "\($0.name) \($0.shape)" } == [
                "rnn.weight_ih_l0 [20, 3]", "rnn.weight_hh_l0 [20, 5]", "rnn.bias_ih_l0 [20]",
                "rnn.bias_hh_l0 [20]", "head.weight [1, 5]", "head.bias [1]",
            ])
    }
}
