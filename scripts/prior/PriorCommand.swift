import ArgumentParser
import Forecasting
import Glibc
import Networks

@main
struct PriorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prior", abstract: "Makes the factory weights anew. See README.md.")

    @Argument(help: "The file to write.")
    var file = "Sources/Forecasting/Resources/factory-weights.f32"
    @Option(help: "Of the series, and of the net's first weights.")
    var seed: UInt64 = 1
    @Option(help: "Samples to learn from; each takes 64 bytes of memory.")
    var samples = 11_000_000
    @Option(help: "Times that each is learned.")
    var epochs = 6

    /// Samples that are only scored, the same ones whatever the seed.
    private static let (heldOutSamples, heldOutSeed): (Int, UInt64) = (1_500_000, .max)

    func validate() throws {
        if samples < 1 { throw ValidationError("--samples must be 1 or more") }
        if epochs < 1 { throw ValidationError("--epochs must be 1 or more") }
    }

    func run() throws {
        let heldOut = Recording.synthetic(seed: Self.heldOutSeed, steps: Self.heldOutSamples)
        let recordings = Recording.synthetic(seed: seed, steps: samples)
        print("\(recordings.count) series to learn from, \(heldOut.count) to score")
        var pretraining = Pretraining(on: recordings, epochs: epochs, seed: seed)
        for epoch in 1...epochs {
            fflush(nil)
            while pretraining.progress < Double(epoch) / Double(epochs) { pretraining.update() }
            let ratio = heldOut.errorRatio(of: pretraining.network)
            print("epoch \(epoch): squared error over that of full \(ratio)")
        }
        try write(pretraining.network.parameters)
        print("\(pretraining.network.parameters.count) weights in \(file)")
    }

    /// Little-endian float32, one after the other.
    private func write(_ weights: [Float]) throws {
        let bytes = weights.flatMap { weight in
            (0..<4).map { UInt8(truncatingIfNeeded: weight.bitPattern >> (8 * UInt32($0))) }
        }
        guard let stream = unsafe fopen(file, "wb") else { throw WriteError(file: file) }
        let written = unsafe fwrite(bytes, 1, bytes.count, stream)
        guard unsafe fclose(stream) == 0, written == bytes.count else {
            throw WriteError(file: file)
        }
    }
}

/// The weights could not be written.
struct WriteError: Error, CustomStringConvertible {
    let file: String
    let reason = unsafe String(cString: strerror(errno))

    var description: String { "\(file): \(reason)" }
}
