import Kernels
package import Series

/// Samples of one partition in their order, with the streams they are of and the nets that these
/// share: what one thread works on while others have other lots.
///
///     forecaster.place(sample, …)              .stream(stream)
///     forecaster.lend(stream, …, to: &lot)     for all samples of a round, in their order
///     lot.train(…), lot.observe(…)             by any one thread: the update that the sample
///                                              before made due, then the next sample
///     lot.train(…)                             the last update
///     forecaster.takeBack(&lot)
///
/// The streams of a partition see observations and updates in the same order as with
/// `Forecaster.observe` and `train`, so what comes of them is the same, bit for bit.
package struct Lot: Sendable {
    private struct Item {
        let loan: Int
        let sample: Sample
        let arrivalTime: Int64
    }

    /// A stream that is away from the forecaster. In between it holds what is there in its place.
    struct Loan {
        var stream = Forecaster.none
        var position = 0
        var rule = 0
    }

    /// A net that the streams of the partition and of one rule share.
    private struct NetLoan {
        let rule: Int
        let partition: Int
        var net: SharedNet?
    }

    private var items: [Item] = []
    /// The first `lent` of them are in use; their memory is kept.
    private var loans: [Loan] = []
    private var lent = 0
    private var nets: [NetLoan] = []
    private var next = 0
    /// Of the newest observation, until it is made.
    private var due: Int?
    /// Whether the streams are too many for the cache (`Forecaster.isLarge`).
    package fileprivate(set) var isOfLarge = false

    package init() {}

    /// Samples in it.
    package var count: Int { items.count }

    /// Whether `train` has work.
    package var updateIsDue: Bool { due != nil }

    /// Takes the next sample and fills its forecast; nil then, else why there is none.
    package mutating func observe(
        in batch: borrowing SampleBatch, at bench: inout Bench, into forecast: inout Forecast
    ) -> Rejection? {
        precondition(due == nil, "the update comes first")
        let item = items[next]
        next += 1
        let rule = loans[item.loan].rule
        bench.prepare(rule)
        exchangeNet(of: rule, with: &bench)
        let rejection = loans[item.loan].stream.observe(
            item.sample, in: batch, arrivalTime: item.arrivalTime,
            workspace: &bench.workspaces[rule]!, counters: &bench.counters, into: &forecast)
        exchangeNet(of: rule, with: &bench)
        if let rejection {
            bench.counters[rejection] += 1
        } else if loans[item.loan].stream.updateIsDue {
            due = item.loan
        }
        return rejection
    }

    /// What was to be brought into the cache before the last sample or update is forgotten.
    package func forgetPrefetches() { forgetOldPrefetches() }

    /// What a sample that comes soon needs is brought into the cache (Forecaster+Prefetch.swift).
    ///
    /// index: of the sample in the lot, which may be past its end. ahead: 1, it comes next, or 2.
    package mutating func prefetch(_ index: Int, ahead: Int) {
        guard index < items.count else { return }
        if ahead > 1 {
            loans[items[index].loan].stream.prefetchChannels()
        } else {
            loans[items[index].loan].stream.prefetchArrays()
        }
    }

    /// The same of the update that the newest observation made due.
    package mutating func prefetchUpdate() {
        if let loan = due { loans[loan].stream.prefetchUpdate() }
    }

    /// The update that the newest observation made due.
    package mutating func train(at bench: inout Bench) {
        guard let loan = due else { return }
        due = nil
        let rule = loans[loan].rule
        bench.prepare(rule)
        exchangeNet(of: rule, with: &bench)
        loans[loan].stream.train(&bench.workspaces[rule]!, counters: &bench.counters)
        exchangeNet(of: rule, with: &bench)
    }

    /// Lends the net of a rule to the bench, or takes it back.
    private mutating func exchangeNet(of rule: Int, with bench: inout Bench) {
        for index in nets.indices where nets[index].rule == rule {
            swap(&nets[index].net, &bench.workspaces[rule]!.training!.net)
        }
    }

    /// Adds a stream, and returns its loan, in which something is to be put in its place.
    fileprivate mutating func open(position: Int, rule: Int) -> Int {
        if lent == loans.count { loans.append(Loan()) }
        (loans[lent].position, loans[lent].rule) = (position, rule)
        lent += 1
        return lent - 1
    }

    fileprivate mutating func add(_ sample: Sample, of loan: Int, arrivalTime: Int64) {
        items.append(Item(loan: loan, sample: sample, arrivalTime: arrivalTime))
    }

    fileprivate mutating func exchange(_ loan: Int, with stream: inout Stream) {
        swap(&loans[loan].stream, &stream)
    }

    /// Takes the net of a rule in exchange for nil, unless it has it.
    fileprivate mutating func take(_ net: inout SharedNet?, rule: Int, partition: Int) {
        if nets.contains(where: { $0.rule == rule }) { return }
        nets.append(NetLoan(rule: rule, partition: partition, net: nil))
        swap(&nets[nets.count - 1].net, &net)
    }

    /// Puts the nets back where they were, by rule and partition.
    fileprivate mutating func returnNets(to home: inout [[SharedNet?]]) {
        for index in nets.indices {
            swap(&nets[index].net, &home[nets[index].rule][nets[index].partition])
        }
        nets.removeAll(keepingCapacity: true)
    }

    fileprivate func position(of loan: Int) -> Int { loans[loan].position }

    /// The loans in use. All work is done.
    fileprivate mutating func close() -> Range<Int> {
        precondition(next == items.count && due == nil, "there is work left")
        defer { (next, lent) = (0, 0) }
        items.removeAll(keepingCapacity: true)
        return 0..<lent
    }
}

extension Forecaster {
    /// Gives a lot its next sample, and the stream if it is not there yet. Until `takeBack` the
    /// forecaster may only `place` and `lend`.
    ///
    /// arrivalTime: nanoseconds since 1970 UTC, used where the sample has no time of its own.
    package mutating func lend(
        _ stream: StreamIndex, for sample: Sample, arrivalTime: Int64, to lot: inout Lot
    ) {
        let position = stream.position
        lot.isOfLarge = isLarge
        if loanOfStream[position] < 0 {
            let (rule, partition) = (ruleOfStream[position], streams[position].partition)
            if !nets[rule].isEmpty {
                lot.take(&nets[rule][partition], rule: rule, partition: partition)
            }
            let loan = lot.open(position: position, rule: rule)
            lot.exchange(loan, with: &streams[position])
            loanOfStream[position] = Int32(loan)
        }
        lot.add(sample, of: Int(loanOfStream[position]), arrivalTime: arrivalTime)
    }

    /// Takes the streams and nets of a lot back, on which all work is done, and empties it.
    package mutating func takeBack(_ lot: inout Lot) {
        for loan in lot.close() {
            let position = lot.position(of: loan)
            lot.exchange(loan, with: &streams[position])
            loanOfStream[position] = -1
        }
        lot.returnNets(to: &nets)
    }
}
