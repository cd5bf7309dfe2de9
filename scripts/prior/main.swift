// Makes the factory weights anew: `swift run -c release prior [FILE]`. See README.md.

import Glibc

let path =
    CommandLine.arguments.dropFirst().first
    ?? "Sources/Forecasting/Resources/factory-weights.f32"

let weights = Pretraining().run { series, logRatio in
    print("after \(series) series: log(net / ar8) \(logRatio)")
}
let bytes = weights.flatMap { weight in
    (0..<4).map { UInt8(truncatingIfNeeded: weight.bitPattern >> (8 * UInt32($0))) }
}
guard let file = unsafe fopen(path, "wb") else {
    unsafe perror(path)
    exit(73)
}
guard unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count, unsafe fclose(file) == 0 else {
    unsafe perror(path)
    exit(74)
}
print("\(weights.count) weights in \(path)")
