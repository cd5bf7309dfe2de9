import Forecasting
import Networks

/// The series that are learned side by side. Each lane goes through one series window by window,
/// then takes the next one of a random order, which is drawn anew when all have had their turn.
struct Lanes {
    private let recordings: [Recording]
    private var generator: SeededGenerator
    /// Recordings that have not had their turn; the last is next.
    private var waiting: [Int] = []
    /// [B]: the lane's recording and the next step in it.
    private var lanes: [(recording: Int, step: Int)]

    init(_ recordings: [Recording], count: Int, seed: UInt64) {
        precondition(!recordings.isEmpty && count > 0)
        self.recordings = recordings
        generator = SeededGenerator(seed: seed)
        lanes = []
        for _ in 0..<count { lanes.append((next(), 0)) }
    }

    private mutating func next() -> Int {
        if waiting.isEmpty { waiting = recordings.indices.shuffled(using: &generator) }
        return waiting.removeLast()
    }

    /// Fills `batch` with the next window of each lane; its initial states are those that the last
    /// windows ended with, and become 0 where a series begins. Returns the steps filled: the last
    /// window of a series may be short, and is out of the loss beyond its end.
    mutating func load(_ batch: inout WindowBatch<Float>) -> Int {
        var filled = 0
        for lane in lanes.indices {
            if lanes[lane].step == recordings[lanes[lane].recording].count {
                lanes[lane] = (next(), 0)
            }
            let (recording, first) = (recordings[lanes[lane].recording], lanes[lane].step)
            if first == 0 { batch.resetState(lane: lane) }
            batch.clear(lane: lane)
            let count = min(batch.windowCount, recording.count - first)
            for row in 0..<count {
                batch.load(lane: lane, row: row, from: recording, step: first + row)
            }
            lanes[lane].step += count
            filled += count
        }
        return filled
    }
}

extension WindowBatch<Float> {
    /// Window `lane` starts from the zero state.
    fileprivate mutating func resetState(lane: Int) {
        let count = initialState.count / batchCount
        for index in 0..<count { initialState[lane * count + index] = 0 }
    }

    /// Copies one recorded step into row `row` of window `lane`.
    fileprivate mutating func load(
        lane: Int, row: Int, from recording: borrowing Recording, step: Int
    ) {
        let (count, place) = (Recording.inputCount, row * batchCount + lane)
        for input in 0..<count {
            inputs[place * count + input] = recording.inputs[step * count + input]
        }
        base[place] = recording.bases[step]
        targets[place] = recording.targets[step]
        weights[place] = recording.weights[step]
    }
}
