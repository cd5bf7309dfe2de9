import Daemon
import Testing
import Wire

@Suite("Answers for a person")
struct ControlTextTests {
    @Test("a reload says what has changed, what needs a restart, and what streams lost")
    func reload() {
        let report: JSONValue = [
            "changed": [["key": "model.cell", "old": "\"gru\"", "new": "\"lstm\""]],
            "needs_restart": [["key": "input.bind", "old": "[]", "new": "[\"ipc://x\"]"]],
            "streams": ["adapted": 1200, "unaffected": 3, "lost": ["recurrent": 1200]],
        ]
        #expect(
            ControlText.reload(report) == """
                changed model.cell: "gru" → "lstm"
                needs a restart: input.bind: [] → ["ipc://x"]
                1,200 streams under other settings, 3 as before; begins anew: recurrent in 1,200

                """)
        let nothing: JSONValue = ["changed": [], "needs_restart": [], "streams": [:]]
        #expect(ControlText.reload(nothing) == "nothing has changed\n")
    }

    @Test("a list has a row for each stream, several channels side by side")
    func table() {
        let streams: [JSONValue] = [
            [
                "stream": "a", "status": "ok", "samples": 1200, "period": 24, "mae": .real(0.1234),
                "mase": .real(0.5), "ts": 1_700_000_000,
            ],
            [
                "stream": "b", "status": "warming", "samples": 3, "period": [nil, 7],
                "mae": [.real(1), nil], "mase": nil, "ts": nil,
            ],
            ["stream": "c", "status": "damaged"],
        ]
        #expect(
            ControlText.table(streams) == """
                stream  status   samples  period     MAE   MASE               last sample
                a       ok         1,200      24   0.123  0.500  2023-11-14T22:13:20.000Z
                b       warming        3     – 7  1.00 –      –                         –
                c       damaged        –       –       –      –                         –

                """)
    }
}
