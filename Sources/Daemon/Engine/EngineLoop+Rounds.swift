import Forecasting
import Series
import Transport

/// With more than one worker: samples are gathered as long as messages wait, and answered together.
/// So they are with one, where streams are too many for the cache: what the samples that wait will
/// need is fetched while others are worked on (`Forecaster.lookAhead`).
///
/// Where a sample belongs, and which streams are in memory, is decided here, one sample after the
/// other, so it does not depend on the number of threads. Forecasts leave in the order of the
/// samples. While threads are at work the input waits, and with it the senders.
extension EngineLoop {
    /// Takes samples of the batch, as far as the time allows, and answers them when they are enough
    /// for a round.
    mutating func gather(until deadline: Int64) throws(ZeroMQError) {
        while answered < batch.samples.count {
            let sample = batch.samples[answered]
            answered += 1
            readWallClock(for: sample)
            round.add(
                sample, of: batch,
                Round.Entry(
                    arrival: arrival, arrivalTime: wallClock ?? 0,
                    endsMessage: answered == batch.samples.count))
            if round.isFull {
                try answerRound()
                if SystemClock.monotonic() >= deadline { break }
            }
        }
    }

    /// Answers what has been gathered.
    mutating func answerRound() throws(ZeroMQError) {
        guard round.count > 0 else { return }
        let start = SystemClock.monotonic()
        // What is left of the message in hand waits in the round's place.
        let message = (arrival, wallClock)
        swap(&batch, &round.batch)
        if let crew { try answerRound(by: crew) } else { try answerRoundAlone() }
        swap(&batch, &round.batch)
        (arrival, wallClock) = message
        if round.isFull { round.adapt(nanoseconds: SystemClock.monotonic() - start) }
        round.removeAll()
    }

    private mutating func answerRoundAlone() throws(ZeroMQError) {
        for index in 0..<round.count {
            forecaster.lookAhead(from: index, in: batch)
            try answerAlone(index)
            try outbox.flushOverdue(at: SystemClock.monotonic())
        }
    }

    private mutating func answerRound(by crew: Crew) throws(ZeroMQError) {
        var first = 0
        while first < round.count {
            let isAlone = crew.threads(for: round.count - first) == 1
            let end = isAlone ? first : lend(from: first)
            if end > first {
                try work(first..<end, by: crew)
            } else {
                try answerAlone(first)
            }
            first = max(end, first + 1)
        }
    }

    /// Answers one sample as with one worker.
    private mutating func answerAlone(_ index: Int) throws(ZeroMQError) {
        let entry = round.entries[index]
        (arrival, wallClock) = (entry.arrival, entry.arrivalTime)
        _ = try answer(batch.samples[index])
        if entry.endsMessage { try outbox.finishMessage(arrival: arrival) }
    }

    /// Puts samples onto the desks of their partitions, up to one that needs something first.
    /// Returns the first that is not there.
    private mutating func lend(from first: Int) -> Int {
        guard let desks = crew?.workshop.desks else { return first }
        round.places.removeAll(keepingCapacity: true)
        for index in first..<round.count {
            let sample = batch.samples[index]
            forecaster.lookForPlaces(from: index, in: batch)
            switch forecaster.place(sample, in: batch) {
            case .needs: return index
            case .rejected: round.places.append(nil)
            case .stream(let stream):
                let partition = StreamPartition.of(sample.nameHash)
                let number = desks[partition].lot.value.count
                round.places.append(Round.Place(partition: partition, index: number))
                forecaster.lend(
                    stream, for: sample, arrivalTime: round.entries[index].arrivalTime,
                    to: &desks[partition].lot.value)
            }
        }
        return round.count
    }

    /// Has the samples on the desks answered, and publishes the forecasts before the last updates.
    private mutating func work(_ samples: Range<Int>, by crew: Crew) throws(ZeroMQError) {
        let workshop = crew.workshop
        let partitions = round.places.reduce(UInt64(0)) { partitions, place in
            place.map { partitions | 1 << UInt64($0.partition) } ?? partitions
        }
        guard partitions != 0 else { return try publish(samples, from: workshop) }
        for worker in workshop.workers { forecaster.prepare(&worker.value.bench) }
        swap(&batch, &workshop.batch.value)
        crew.open(partitions, samples: samples.count)
        workshop.finishObserving()
        swap(&batch, &workshop.batch.value)
        try publish(samples, from: workshop)
        workshop.finishTraining()
        collect(samples.count, from: crew)
        if forecaster.counters.drifts != loggedDrifts { logDrifts(in: workshop) }
        for partition in 0..<StreamPartition.count where partitions >> UInt64(partition) & 1 == 1 {
            forecaster.takeBack(&workshop.desks[partition].lot.value)
        }
    }

    /// Takes over what the threads have counted.
    private mutating func collect(_ samples: Int, from crew: Crew) {
        var nanoseconds: Int64 = 0
        for worker in crew.workshop.workers {
            forecaster.collect(&worker.value.bench)
            nanoseconds += worker.value.nanoseconds
            worker.value.nanoseconds = 0
        }
        crew.measured(nanoseconds: nanoseconds, samples: samples)
    }

    private mutating func publish(
        _ samples: Range<Int>, from workshop: Workshop
    ) throws(ZeroMQError) {
        for (index, place) in zip(samples, round.places) {
            let entry = round.entries[index]
            if let place {
                let desk = workshop.desks[place.partition]
                try outbox.add(desk.answers.value[place.index], arrival: entry.arrival)
            }
            if entry.endsMessage { try outbox.finishMessage(arrival: entry.arrival) }
        }
        try outbox.flush()
    }

    private mutating func logDrifts(in workshop: Workshop) {
        for case let place? in round.places {
            let desk = workshop.desks[place.partition]
            var drifts = desk.answers.value[place.index].drifts
            if place.index == desk.lot.value.count - 1 { drifts.add(desk.lastDrifts.value) }
            log(drifts, of: desk.answers.value[place.index].forecast.name)
        }
        loggedDrifts = forecaster.counters.drifts
    }
}
