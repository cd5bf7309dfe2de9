extension TruncatedBackpropagation<Float> {
    /// `run` of several networks of one architecture, `networks[i]` on `batches[i]` into
    /// `passes[i]`, without dropout: bit for bit what they come to one by one, but sooner, since
    /// one computes while another waits for its own last step.
    ///
    /// The three have the same count and the passes one shape. Returns the losses.
    package static func run(
        _ passes: inout [Self], _ networks: [Network<Float>], on batches: [WindowBatch<Float>],
        loss: Loss
    ) -> [Float] {
        precondition(passes.count == networks.count && passes.count == batches.count)
        guard let shape = passes.first, let kernels = shape.kernels else {
            return passes.indices.map { passes[$0].run(networks[$0], on: batches[$0], loss: loss) }
        }
        for index in passes.indices {
            precondition(
                passes[index].architecture == shape.architecture
                    && passes[index].windowCount == shape.windowCount
                    && passes[index].batchCount == shape.batchCount)
            passes[index].begin(networks[index], batches[index])
        }
        return unsafe passes.withUnsafeMutableBufferPointer { passes in
            unsafe kernels.forward(passes, networks, batches)
            let losses = passes.indices.map { index in
                unsafe passes[index].compare(with: batches[index], loss)
            }
            unsafe kernels.backward(passes, networks, batches)
            return losses
        }
    }
}
