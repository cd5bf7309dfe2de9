import CKernels

/// The passes over several networks of one architecture, each on windows of its own, in one call.
extension NetworkKernels {
    /// `forward` of several passes, each with a network of its own, without dropout.
    func forward(
        _ passes: UnsafeMutableBufferPointer<TruncatedBackpropagation<Float>>,
        _ networks: [Network<Float>], _ batches: [WindowBatch<Float>]
    ) {
        unsafe withWindows(passes, networks, batches) { windows in
            var network = network
            unsafe foretide_forward(
                &network, batches[0].windowCount, batches[0].batchCount, windows.baseAddress,
                windows.count)
        }
        for index in passes.indices { unsafe activate(&passes[index].readouts) }
    }

    /// `backward` of several passes.
    func backward(
        _ passes: UnsafeMutableBufferPointer<TruncatedBackpropagation<Float>>,
        _ networks: [Network<Float>], _ batches: [WindowBatch<Float>]
    ) {
        unsafe withWindows(passes, networks, batches) { windows in
            var network = network
            unsafe foretide_backward(
                &network, batches[0].windowCount, batches[0].batchCount, windows.baseAddress,
                windows.count)
        }
    }

    /// Calls `body` with the memory of all passes.
    private func withWindows(
        _ passes: UnsafeMutableBufferPointer<TruncatedBackpropagation<Float>>,
        _ networks: [Network<Float>], _ batches: [WindowBatch<Float>],
        _ body: (UnsafeBufferPointer<foretide_window>) -> Void
    ) {
        unsafe withUnsafeTemporaryAllocation(
            of: foretide_window.self, capacity: passes.count
        ) { windows in
            unsafe add(to: windows, at: 0, passes, networks, batches, body)
        }
    }

    /// Opens the memory of pass `index`, and within that the memory of the next ones.
    private func add(
        to windows: UnsafeMutableBufferPointer<foretide_window>, at index: Int,
        _ passes: UnsafeMutableBufferPointer<TruncatedBackpropagation<Float>>,
        _ networks: [Network<Float>], _ batches: [WindowBatch<Float>],
        _ body: (UnsafeBufferPointer<foretide_window>) -> Void
    ) {
        guard index < windows.count else { return unsafe body(.init(windows)) }
        let pass = unsafe passes.baseAddress! + index
        unsafe Self.open(
            networks[index].parameters, batches[index].inputs, pass.pointee.outputGradients,
            &pass.pointee.states, &pass.pointee.readouts, &pass.pointee.initialStateGradients,
            &pass.pointee.gradients, &pass.pointee.tape
        ) { window in
            unsafe windows.initializeElement(at: index, to: window)
            unsafe add(to: windows, at: index + 1, passes, networks, batches, body)
        }
    }

    /// Arrays come as addresses that hold as long as the call.
    private static func open(
        _ parameters: UnsafeRawPointer, _ inputs: UnsafeRawPointer,
        _ readoutGradients: UnsafeRawPointer, _ states: UnsafeMutableRawPointer,
        _ readouts: UnsafeMutableRawPointer, _ stateGradients: UnsafeMutableRawPointer,
        _ gradients: UnsafeMutableRawPointer, _ scratch: UnsafeMutableRawPointer,
        _ body: (foretide_window) -> Void
    ) {
        unsafe body(
            foretide_window(
                parameters: parameters, inputs: inputs, factors: nil,
                readout_gradients: readoutGradients, states: states, readouts: readouts,
                state_gradients: stateGradients, gradients: gradients, scratch: scratch))
    }
}
