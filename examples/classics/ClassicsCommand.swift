import ArgumentParser
import Evaluation
import Glibc

/// The textbook experiments that this engine descends from: docs/classics.md.
@main
struct ClassicsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classics",
        abstract: "Runs the textbook experiments: prints tables, writes plots as SVG.",
        discussion: "docs/classics.md says what each is and what comes out.")

    @Argument(help: "Which ones; all of them if none is named.")
    var experiments: [Experiment] = []
    @Option(
        help: ArgumentHelp(
            "The folder for the plots, made if it is not there.", valueName: "folder"))
    var output = ".build/classics"

    func run() throws {
        try makeFolder()
        for experiment in experiments.isEmpty ? Experiment.allCases : experiments {
            let outcome = experiment.run()
            print(outcome.title + "\n\n" + outcome.table.text + "\n" + outcome.note)
            for (name, plot) in outcome.plots { try write(plot.file, to: name + ".svg") }
            for (name, text) in outcome.files { try write(text, to: name) }
            print("")
        }
    }

    private func makeFolder() throws {
        if unsafe mkdir(output, 0o777) == 0 || errno == EEXIST { return }
        let reason = unsafe String(cString: strerror(errno))
        throw ReplayError.creation(path: output, reason: reason)
    }

    private func write(_ text: String, to name: String) throws {
        let path = output + "/" + name
        try OutputFile(path: path).write(Array(text.utf8))
        print(path)
    }
}

enum Experiment: String, CaseIterable, ExpressibleByArgument {
    case sine, noisySine = "noisy-sine", state, addition, counting

    func run() -> Outcome {
        switch self {
        case .sine: CleanSine().outcome
        case .noisySine: NoisySines().outcome
        case .state: CarriedState.outcome()
        case .addition: BinaryAddition.outcome()
        case .counting: CountingOnes.outcome()
        }
    }
}
