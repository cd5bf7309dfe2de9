import Series

extension Settings {
    /// A mistake that shows only when several values are seen together.
    struct Problem {
        /// The settings that it is about, the one to blame first.
        let keys: [String]
        let text: String
    }

    /// Every such mistake.
    func problems() -> [Problem] {
        endpointProblems() + exposureProblems() + securityProblems() + windowProblems()
            + ruleProblems() + inputProblems()
            + retentionProblems()
    }

    /// There must be a way in and a way out, and no address can be bound twice.
    private func endpointProblems() -> [Problem] {
        var problems: [Problem] = []
        if input.bind.isEmpty, input.connect.isEmpty, input.pullBind.isEmpty {
            problems.append(
                Problem(
                    keys: ["input.bind", "input.connect", "input.pull_bind"],
                    text: "no input: give input.bind, input.connect or input.pull_bind an endpoint")
            )
        }
        if output.bind.isEmpty, output.connect.isEmpty {
            problems.append(
                Problem(
                    keys: ["output.bind", "output.connect"],
                    text: "no output: give output.bind or output.connect an endpoint"))
        }
        var owners: [String: String] = [:]
        for (key, endpoint) in binds where !endpoint.hasSuffix(":*") && !endpoint.hasSuffix(":0") {
            if let owner = owners[endpoint] {
                let text = "\(key) = \"\(endpoint)\": already bound by \(owner)"
                problems.append(Problem(keys: [key, owner], text: text))
            }
            owners[endpoint] = key
        }
        return problems
    }

    /// What other machines can reach needs a decision.
    private func exposureProblems() -> [Problem] {
        guard !security.insecure, security.authorizedKeys.isEmpty else { return [] }
        return binds.compactMap { key, text -> Problem? in
            guard let endpoint = try? Endpoint(text, use: .bind), !endpoint.isLocal else {
                return nil
            }
            return Problem(
                keys: [key, "security.insecure"],
                text: "\(key) = \"\(text)\": other machines could reach it without a key; give"
                    + " security.curve_secret_key_file and security.authorized_keys, bind"
                    + " 127.0.0.1 or ipc://, or set security.insecure = true if the network is"
                    + " trusted")
        }
    }

    /// Of the keys of CURVE each side needs its own and the other's.
    private func securityProblems() -> [Problem] {
        let (own, clients, server) = (
            "security.curve_secret_key_file", "security.authorized_keys",
            "security.curve_server_key"
        )
        switch (
            security.curveSecretKeyFile.isEmpty, security.authorizedKeys.isEmpty,
            security.curveServerKey.isEmpty
        ) {
        case (true, false, _), (true, _, false):
            let other = security.authorizedKeys.isEmpty ? server : clients
            return [
                Problem(
                    keys: [other, own],
                    text: "\(other) is given without \(own): expected a file that"
                        + " `foretide keygen` has written")
            ]
        case (false, true, true):
            return [
                Problem(
                    keys: [own, clients, server],
                    text: "\(own) is of no use by itself: give \(clients), the clients that may"
                        + " connect, or \(server), the server to connect to")
            ]
        default: return []
        }
    }

    /// A stride past the window would leave samples that no update sees.
    private func windowProblems() -> [Problem] {
        func problem(_ model: Model, _ prefix: String, _ keys: [String]) -> Problem? {
            guard model.stride > model.window else { return nil }
            let text =
                "\(prefix).stride = \(model.stride): expected at most \(prefix).window,"
                + " which is \(model.window)"
            return Problem(keys: keys, text: text)
        }
        let general = ["model.stride", "model.window"]
        let ofModel = problem(model, "model", general)
        let ofRules = streams.enumerated().compactMap { index, rule -> Problem? in
            let same = rule.model.stride == model.stride && rule.model.window == model.window
            guard !same else { return nil }
            let name = "streams[\(index)]"
            return problem(rule.model, name, ["\(name).stride", "\(name).window", name] + general)
        }
        return [ofModel].compactMap(\.self) + ofRules
    }

    /// Each exogenous input is named once, and there is an end to them.
    private func inputProblems() -> [Problem] {
        func problem(_ inputs: [String], _ key: String, _ others: [String]) -> Problem? {
            var seen: Set<String> = []
            let twice = inputs.first { !seen.insert($0).inserted }
            let text: String
            if let twice {
                text = "\(SettingValue.quoted(twice)) is in it twice: expected each name once"
            } else if inputs.count > Limits.namedInputs {
                text = "\(inputs.count) names: expected at most \(Limits.namedInputs)"
            } else {
                return nil
            }
            return Problem(keys: [key] + others, text: "\(key): \(text)")
        }
        let ofRules = streams.enumerated().compactMap { index, rule -> Problem? in
            guard rule.model.inputs != model.inputs else { return nil }
            return problem(
                rule.model.inputs, "streams[\(index)].inputs",
                ["streams[\(index)]", "model.inputs"])
        }
        return [problem(model.inputs, "model.inputs", [])].compactMap(\.self) + ofRules
    }

    /// A stream that is fed must be written again before it is old enough to be deleted.
    private func retentionProblems() -> [Problem] {
        guard state.retention > .zero, state.retention < state.checkpointInterval * 20 else {
            return []
        }
        return [
            Problem(
                keys: ["state.retention", "state.checkpoint_interval"],
                text: "state.retention is less than 20 times state.checkpoint_interval: streams"
                    + " would be deleted that are fed; 0s keeps all")
        ]
    }

    /// The first match wins, so a rule after its like is never used.
    private func ruleProblems() -> [Problem] {
        streams.enumerated().compactMap { index, rule in
            let earlier = streams[..<index].firstIndex { $0.match == rule.match || $0.match == "*" }
            guard let earlier else { return nil }
            let key = "streams[\(index)].match"
            return Problem(
                keys: [key, "streams[\(earlier)].match"],
                text: "\(key) = \(SettingValue.quoted(rule.match)): never used, because"
                    + " streams[\(earlier)] matches first")
        }
    }

    /// Every endpoint that is bound, with its key.
    private var binds: [(key: String, endpoint: String)] {
        input.bind.map { ("input.bind", $0) } + input.pullBind.map { ("input.pull_bind", $0) }
            + output.bind.map { ("output.bind", $0) }
            + (control.bind.hasPrefix("ipc://") ? [("control.bind", control.bind)] : [])
    }
}
