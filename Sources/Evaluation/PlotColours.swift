/// The colours of plots on light paper, and which of them each style of a line or an area has.
///
/// The experts' colours are those of Okabe and Ito ("Color Universal Design", 2008), which remain
/// distinct for the colour blind.
enum PlotColours {
    static let light: KeyValuePairs = [
        "paper": "#fff", "ink": "#1b1f24", "soft": "#59636e", "rule": "#e2e6ea",
        "forecast": "#0969c8", "band": "#0969c8", "miss": "#c6321e",
        "e0": "#7a828c", "e1": "#d18f00", "e2": "#009e73", "e3": "#b5559a", "e4": "#0072b2",
        "e5": "#d55e00",
    ]

    static let ofStyles: KeyValuePairs = [
        "actual": "ink", "forecast": "forecast", "interval": "band", "ideal": "soft",
        "mixture": "ink", "bar": "forecast", "miss": "miss",
        "e0": "e0", "e1": "e1", "e2": "e2", "e3": "e3", "e4": "e4", "e5": "e5",
    ]

    static func light(_ name: String) -> String {
        light.first { $0.key == name }?.value ?? "#000"
    }
}
