import ArgumentParser

/// The columns of a CSV file that are inputs: what commands that read one have in common.
struct InputColumnOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: "A column that every stream has as an input, not forecast itself; may be repeated.")
    var inputColumn: [String] = []
}
