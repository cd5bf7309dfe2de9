import Foundation
import Kernels
import Networks
import Testing

/// One file of `Golden/` (see its README): what PyTorch computed from given parameters and data.
struct Golden {
    let name: String
    let architecture: Architecture
    /// T, B, and the largest norm that the training steps clip to.
    let window: Int
    let batch: Int
    let clipNorm: Double
    private let json: [String: Any]

    /// The files of one number type, in the order of their names.
    static func all(_ type: String) throws -> [Golden] {
        let folder = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil))
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try files.filter { $0.hasSuffix("\(type).json") }.map {
            try Golden(name: $0, data: Data(contentsOf: folder.appending(path: $0)))
        }
    }

    private init(name: String, data: Data) throws {
        self.name = name
        json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let cells: [String: Cell] = [
            "elman_tanh": .elman(.tanh, bias: true), "elman_relu": .elman(.relu, bias: true),
            "gru": .gru, "lstm": .lstm, "lstm_peephole": .lstmPeephole,
        ]
        let cell = try #require(json["cell"] as? String)
        architecture = Architecture(
            cell: try #require(cells[cell]),
            inputCount: try #require(json["input_size"] as? Int),
            hiddenCount: try #require(json["hidden_size"] as? Int),
            outputCount: try #require(json["output_size"] as? Int))
        window = try #require(json["T"] as? Int)
        batch = try #require(json["B"] as? Int)
        clipNorm = try #require(json["clip_max_norm"] as? Double)
    }

    /// The numbers at a path of keys (an index for a list), nested lists flattened row by row.
    func numbers(_ path: String...) throws -> [Double] {
        flatten(try #require(value(at: path), "\(name): \(path)"))
    }

    /// The same, nil where the file has no such key: what only the LSTM has.
    func optionalNumbers(_ path: String...) -> [Double]? {
        value(at: path).map(flatten)
    }

    private func value(at path: [String]) -> Any? {
        var value: Any? = json
        for key in path {
            if let index = Int(key) {
                value = (value as? [Any])?[index]
            } else {
                value = (value as? [String: Any])?[key]
            }
        }
        return value
    }

    private func flatten(_ value: Any) -> [Double] {
        if let list = value as? [Any] { return list.flatMap(flatten) }
        return (value as? NSNumber).map { [$0.doubleValue] } ?? []
    }
}
