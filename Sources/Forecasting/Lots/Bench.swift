/// What a thread needs to work on lots: for each rule what its models need while they work, and
/// what the thread has counted.
package struct Bench: Sendable {
    private var configurations: [ModelConfiguration]
    /// By rule; made when the first stream of the rule comes.
    var workspaces: [Workspace?]
    /// The generation of the rules that these are of.
    fileprivate let generation: UInt32
    package internal(set) var counters = Counters()

    fileprivate init(_ rules: [ModelRule], generation: UInt32) {
        configurations = rules.map(\.configuration)
        workspaces = Array(repeating: nil, count: rules.count)
        self.generation = generation
    }

    mutating func prepare(_ rule: Int) {
        if workspaces[rule] == nil { workspaces[rule] = Workspace(configurations[rule]) }
    }
}

extension Forecaster {
    package func makeBench() -> Bench { Bench(rules, generation: generation) }

    /// To be called before lots are worked on: the rules may have changed.
    package func prepare(_ bench: inout Bench) {
        if bench.generation != generation { bench = makeBench() }
    }

    /// Takes over what a thread has counted.
    package mutating func collect(_ bench: inout Bench) {
        counters.add(bench.counters)
        bench.counters = Counters()
    }
}
