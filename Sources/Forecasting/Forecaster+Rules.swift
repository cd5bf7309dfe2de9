package import Series

/// What new rules have come to so far.
package struct Adaptation: Equatable, Sendable {
    /// Streams whose settings are what they were: not a bit of them has changed.
    package internal(set) var unaffected = 0
    /// Streams that go on under other settings.
    package internal(set) var adapted = 0
    /// How many of these had no more use for a part, by its name (`LostState`).
    package internal(set) var lost: [String: Int] = [:]
    /// Streams still to be looked at are from here on.
    var position = 0

    package init() {}
}

/// Other rules while the streams go on.
///
/// From `change` on every forecast is made under the new rules: a stream takes them over with its
/// next sample, or in a call of `adaptNext`, whichever comes first. No stream can fail to.
extension Forecaster {
    /// Takes over rules and limits. Streams past a lower limit stay until another needs room.
    package mutating func change(rules: [ModelRule], limits: Limits) {
        let oldRules = self.rules
        let old = zip(self.rules, workspaces).map { ($0.configuration, $1) }
        self.rules = rules + [ModelRule()]
        self.limits = limits
        workspaces = self.rules.map { rule in
            precondition(rule.configuration.fault == nil)
            return old.first { $0.0 == rule.configuration }?.1 ?? Workspace(rule.configuration)
        }
        takeOverNets(from: oldRules)
        sizes = self.rules.map { StreamSizes($0.configuration) }
        generation &+= 1
        adaptation = Adaptation()
    }

    /// Lets up to `count` further streams take over the rules. True when all of them have.
    package mutating func adaptNext(_ count: Int) -> Bool {
        let end = min(adaptation.position + count, streams.count)
        while adaptation.position < end {
            let position = adaptation.position
            adaptation.position += 1
            let isThere = !streams[position].name.isEmpty
            if isThere, generationOfStream[position] != generation { adapt(position) }
        }
        return adaptation.position >= streams.count
    }

    /// What the newest `change` has come to; complete once `adaptNext` was true.
    package var newestAdaptation: Adaptation { adaptation }

    /// The stream takes over the rules.
    mutating func adapt(_ position: Int) {
        let name = streams[position].name
        let rule = rules.firstMatch(for: name.span)
        (ruleOfStream[position], generationOfStream[position]) = (rule, generation)
        let configuration = rules[rule].configuration
        guard streams[position].configuration != configuration else {
            joinNet(position, rule: rule)
            adaptation.unaffected += 1
            return
        }
        let (stream, lost) = streams[position].adapted(
            to: configuration, hash: StreamName.hash(name.span), engineSeed: seed)
        replace(position, with: stream, rule: rule)
        adaptation.adapted += 1
        for part in lost { adaptation.lost[part.rawValue, default: 0] += 1 }
    }
}
