import Networks

extension RecurrentExpert {
    /// What came of an update that was due.
    package enum Update: Sendable {
        case done
        /// Too few of the window's targets are known.
        case skipped
        /// The window waits for others of the streams that share the net.
        case waiting
        /// The learning had diverged: the net is back at its last good weights, or, where it is
        /// shared and does well for others, the stream's hidden state begins anew.
        case recovered
    }

    /// Whether `stride` steps have come since the last update and the window is full.
    package var updateIsDue: Bool {
        mutating get {
            stepsSinceUpdate >= stride && replay.isFull || health.hasDiverged
                || !output[0].isFinite
        }
    }

    /// Known targets without which an update is not worth it.
    private static let fewestTargets = 4

    /// One update over the W steps before the newest one.
    ///
    /// Of its own net: the newest step is then redone with the new weights, so that the carried
    /// state belongs to them. The forecast stays the published one. Of a shared net: the window is
    /// added to those that wait (`SharedNet`), and the stream itself stays as it is.
    package mutating func train(_ workspace: inout TrainingWorkspace) -> Update {
        if health.hasDiverged || !isFinite { return recover() }
        stepsSinceUpdate = 0
        guard replay.knownTargets >= min(Self.fewestTargets, replay.length) else {
            return .skipped
        }
        guard own != nil else { return trainShared(&workspace) }
        replay.fill(&workspace.passes[0].batch)
        guard own!.update(&workspace.passes[0]) else { return recover() }
        replay.refresh(workspace.passes[0].backpropagation.states)
        let published = forecast
        redoNewestStep(&workspace)
        forecast = published
        if !isFinite { return recover() }
        own!.keepParameters(isGood: health.isGood)
        return .done
    }

    private mutating func trainShared(_ workspace: inout TrainingWorkspace) -> Update {
        precondition(workspace.net != nil, "nobody lent the net")
        return workspace.net!.add(replay, joined: &joinedBatch, passes: &workspace.passes)
    }

    private mutating func redoNewestStep(_ workspace: inout TrainingWorkspace) {
        replay.copyNewest(input: &input, state: &state)
        advance(&workspace)
    }

    private mutating func recover() -> Update {
        own?.recover()
        restart()
        recoveries += 1
        targetsSinceRecovery = 0
        return .recovered
    }

    /// The hidden state and the window begin anew.
    mutating func restart() {
        health.restart()
        replay.restart()
        for index in state.indices { state[index] = 0 }
        output[0] = 0
        stepsSinceUpdate = 0
    }

    /// Whether the newest step's state and output are finite.
    private var isFinite: Bool {
        mutating get {
            guard output[0].isFinite else { return false }
            for number in state where !number.isFinite { return false }
            return true
        }
    }
}
