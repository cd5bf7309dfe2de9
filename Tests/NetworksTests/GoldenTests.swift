import Kernels
import Networks
import Testing

/// Our networks against PyTorch 2.13 on the cases of `Golden/`.
///
/// Every number may be off by the tolerance times the largest number of its tensor.
@Suite("Golden vectors from PyTorch")
struct GoldenTests {

    @Test("every float64 file is met to 1e-9")
    func float64() throws {
        let cases = try Golden.all("float64")
        #expect(cases.count == 15)
        for golden in cases { try check(golden, Double.self, tolerance: 1e-9) }
    }

    @Test("every float32 file is met to 2e-5")
    func float32() throws {
        let cases = try Golden.all("float32")
        #expect(cases.count == 10)
        for golden in cases { try check(golden, Float.self, tolerance: 2e-5) }
    }
}

/// The whole of one file.
private func check<Scalar: Real>(
    _ golden: Golden, _ type: Scalar.Type, tolerance: Double
) throws {
    let layout = PyTorchLayout(golden.architecture)
    let parameters = try layout.names.flatMap { try golden.numbers("params", $0) }
    try checkFirstWindow(golden, layout, parameters.map { Scalar($0) }, tolerance)
    for rule in ["sgd", "sgd_momentum", "rmsprop", "adam"] {
        try checkTraining(golden, layout, parameters.map { Scalar($0) }, rule, tolerance)
    }
}

/// Outputs, loss, states and every gradient of the first window.
private func checkFirstWindow<Scalar: Real>(
    _ golden: Golden, _ layout: PyTorchLayout, _ parameters: [Scalar], _ tolerance: Double
) throws {
    let architecture = golden.architecture
    var network = Network<Scalar>(architecture)
    network.parameters = layout.arena(parameters)
    var backpropagation = TruncatedBackpropagation<Scalar>(
        architecture, window: golden.window, batch: golden.batch)
    var batch = WindowBatch<Scalar>(architecture, window: golden.window, batch: golden.batch)
    try load(golden, window: 0, into: &batch)
    batch.initialState = try state(
        golden.numbers("h0"), golden.optionalNumbers("c0"), golden.batch)
    let loss = backpropagation.run(network, on: batch, loss: Loss())

    try expect([loss], golden.numbers("window0", "loss"), tolerance, "\(golden.name) loss")
    try expect(
        backpropagation.outputs, golden.numbers("window0", "output"), tolerance,
        "\(golden.name) output")
    let (stateCount, hidden) = (architecture.stateCount, architecture.hiddenCount)
    let hiddenStates = (golden.batch..<((golden.window + 1) * golden.batch)).flatMap { row in
        backpropagation.states[(row * stateCount)..<(row * stateCount + hidden)]
    }
    try expect(
        hiddenStates, golden.numbers("window0", "hidden"), tolerance, "\(golden.name) hidden")
    try expect(
        Array(backpropagation.states.suffix(golden.batch * stateCount)),
        state(
            golden.numbers("window0", "hT"), golden.optionalNumbers("window0", "cT"),
            golden.batch), tolerance, "\(golden.name) final state")
    try expect(
        backpropagation.initialStateGradients,
        state(
            golden.numbers("window0", "grad_h0"), golden.optionalNumbers("window0", "grad_c0"),
            golden.batch), tolerance, "\(golden.name) gradient of the initial state")
    var gradients = layout.gradients(backpropagation.gradients)
    for name in layout.names {
        let range = try #require(layout.ranges[name])
        try expect(
            Array(gradients[range]), golden.numbers("window0", "grads", name), tolerance,
            "\(golden.name) gradient of \(name)")
    }
    let norm = clip(&gradients, toNorm: Scalar(golden.clipNorm))
    try expect(
        [norm], golden.numbers("window0", "grad_norm"), tolerance, "\(golden.name) norm")
}

/// Three windows with carried state, clipping and one optimiser, on PyTorch's own parameters.
private func checkTraining<Scalar: Real>(
    _ golden: Golden, _ layout: PyTorchLayout, _ start: [Scalar], _ rule: String,
    _ tolerance: Double
) throws {
    let architecture = golden.architecture
    var network = Network<Scalar>(architecture)
    var backpropagation = TruncatedBackpropagation<Scalar>(
        architecture, window: golden.window, batch: golden.batch)
    var batch = WindowBatch<Scalar>(architecture, window: golden.window, batch: golden.batch)
    batch.initialState = try state(
        golden.numbers("h0"), golden.optionalNumbers("c0"), golden.batch)
    var parameters = start
    var (optimizer, rate) = optimizer(rule, Scalar.self, parameterCount: start.count)
    for window in 0..<3 {
        try load(golden, window: window, into: &batch)
        network.parameters = layout.arena(parameters)
        let loss = backpropagation.run(network, on: batch, loss: Loss())
        var gradients = layout.gradients(backpropagation.gradients)
        let norm = clip(&gradients, toNorm: Scalar(golden.clipNorm))
        optimizer.step(&parameters, gradients: gradients, learningRate: rate)
        batch.initialState = Array(backpropagation.states.suffix(batch.initialState.count))

        let label = "\(golden.name) \(rule) window \(window)"
        let step = ["training", rule, "steps", "\(window)"]
        try expect(
            [loss], golden.numbers(step[0], step[1], step[2], step[3], "loss"), tolerance, label)
        try expect(
            [norm],
            golden.numbers(step[0], step[1], step[2], step[3], "grad_norm_before_clip"),
            tolerance, label)
    }
    for name in layout.names {
        let range = try #require(layout.ranges[name])
        try expect(
            Array(parameters[range]), golden.numbers("training", rule, "params", name),
            tolerance, "\(golden.name) \(rule) \(name)")
    }
    try expect(
        batch.initialState,
        state(
            golden.numbers("training", rule, "hT"),
            golden.optionalNumbers("training", rule, "cT"), golden.batch), tolerance,
        "\(golden.name) \(rule) final state")
}

/// The optimisers and learning rates that made the files.
private func optimizer<Scalar: Real>(
    _ rule: String, _ type: Scalar.Type, parameterCount: Int
) -> (Optimizer<Scalar>, Scalar) {
    switch rule {
    case "sgd": (Optimizer(.sgd, parameterCount: parameterCount), 0.05)
    case "sgd_momentum": (Optimizer(.momentum(0.9), parameterCount: parameterCount), 0.05)
    case "rmsprop":
        (
            Optimizer(
                .rmsprop(smoothing: 0.99, epsilon: 1e-8), parameterCount: parameterCount), 0.01
        )
    default:
        (
            Optimizer(
                .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), parameterCount: parameterCount),
            0.01
        )
    }
}

private func load<Scalar: Real>(
    _ golden: Golden, window: Int, into batch: inout WindowBatch<Scalar>
) throws {
    batch.inputs = try golden.numbers("windows", "\(window)", "x").map { Scalar($0) }
    batch.targets = try golden.numbers("windows", "\(window)", "target").map { Scalar($0) }
}

/// [B, S] from PyTorch's h and c, [B, H] each.
private func state<Scalar: Real>(_ h: [Double], _ c: [Double]?, _ batch: Int) -> [Scalar] {
    let hidden = h.count / batch
    return (0..<batch).flatMap { b -> [Scalar] in
        let range = (b * hidden)..<((b + 1) * hidden)
        return (h[range] + (c.map { Array($0[range]) } ?? [])).map { Scalar($0) }
    }
}

/// Every number within `tolerance` of the largest magnitude of `expected`.
private func expect<Scalar: Real>(
    _ actual: [Scalar], _ expected: [Double], _ tolerance: Double, _ label: String
) throws {
    try #require(actual.count == expected.count, "\(label): count")
    let scale = expected.map(\.magnitude).max() ?? 0
    for (index, (a, e)) in zip(actual, expected).enumerated() {
        let error = (Double(a) - e).magnitude
        try #require(error <= tolerance * scale, "\(label)[\(index)]: \(a), expected \(e)")
    }
}

private func expect<Scalar: Real>(
    _ actual: [Scalar], _ expected: [Scalar], _ tolerance: Double, _ label: String
) throws {
    try expect(actual, expected.map { Double($0) }, tolerance, label)
}
