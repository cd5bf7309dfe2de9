import Series
import Settings
import Testing

@Suite("What a reload changes")
struct ChangesTests {
    private static let rows = Settings.sections.flatMap(\.settings)

    @Test("each change is named with both values and whether it can be taken over")
    func named() throws {
        let old = try load("[model]\nhidden = 24\n[input]\nhigh_water_mark = 5\n")
        let new = try load(
            "[model]\nhidden = 25\n[input]\nhigh_water_mark = 6\n[[streams]]\nmatch = \"a\"\n")
        let changes = Settings.changes(from: old, to: new)
        #expect(
            changes == [
                SettingChange(
                    key: "input.high_water_mark", old: "5", new: "6", isReloadable: false),
                SettingChange(key: "model.hidden", old: "24", new: "25", isReloadable: true),
                SettingChange(key: "streams", old: "0 rules", new: "1 rule", isReloadable: true),
            ])
        #expect(Settings.changes(from: old, to: old).isEmpty)
    }

    @Test("what can be taken over is, and the rest stays as it was")
    func merged() throws {
        let old = Settings()
        let new = try load(
            """
            [input]
            bind = ["ipc://x"]
            [model]
            cell = "lstm"
            [limits]
            max_streams = 5
            values_per_sample = 3
            [state]
            retention = "1d"
            [log]
            level = "debug"
            format = "json"
            [[streams]]
            match = "a"
            hidden = 3
            """)
        let merged = try old.reloaded(from: new)
        #expect(merged.model.cell == .lstm)
        #expect(merged.streams == new.streams)
        #expect(merged.limits.maxStreams == 5)
        #expect(merged.state.retention == .seconds(86_400))
        #expect(merged.log.level == .debug)
        #expect(merged.input == old.input)
        #expect(merged.limits.valuesPerSample == old.limits.valuesPerSample)
        #expect(merged.log.format == .text)
        for change in Settings.changes(from: merged, to: new) { #expect(!change.isReloadable) }
        for change in Settings.changes(from: old, to: merged) { #expect(change.isReloadable) }
    }

    @Test("every setting of a model can be taken over")
    func models() {
        for row in Self.rows where row.key.hasPrefix("model.") { #expect(row.isReloadable) }
    }
}
