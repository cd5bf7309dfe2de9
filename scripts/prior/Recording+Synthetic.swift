import Forecasting

extension Recording {
    /// Recordings of synthetic series of at least so many steps altogether. The seed decides all.
    static func synthetic(seed: UInt64, steps: Int) -> [Recording] {
        var source = SyntheticSeries(seed: seed)
        var workspace = Workspace(configuration)
        var recordings: [Recording] = []
        var count = 0
        while count < steps {
            let recording = Recording(of: source.next(), workspace: &workspace)
            count += recording.count
            recordings.append(recording)
        }
        return recordings
    }
}
