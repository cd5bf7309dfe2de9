import Daemon
import Testing

@Suite("The text after --synthetic")
struct SyntheticSpecTests {
    @Test(
        "names its sensors",
        arguments: [
            ("sine", ["sine"]),
            ("sine:period=50,noise=0.3", ["sine"]),
            ("sine:streams=3", ["sine/1", "sine/2", "sine/3"]),
            ("sine,walk,square", ["sine", "walk", "square"]),
            (
                "sine:period=20,walk:step=3,streams=2,counter",
                ["sine", "walk/1", "walk/2", "counter"]
            ),
            ("walk,walk", ["walk", "walk_2"]),
            ("chaos:name=lab/x,streams=2", ["lab/x/1", "lab/x/2"]),
        ])
    func names(text: String, expected: [String]) throws {
        #expect(try SyntheticSpec(text).sensors(seed: 1).map(\.name) == expected)
    }

    @Test("numbers are padded, so that no name begins another")
    func padsNumbers() throws {
        let names = try SyntheticSpec("sine:streams=20").sensors(seed: 1).map(\.name)
        #expect(names.first == "sine/01")
        #expect(names.last == "sine/20")
    }

    @Test("demo is the six sensors of the demonstration")
    func knowsDemo() throws {
        let sensors = try SyntheticSpec("demo").sensors(seed: 1)
        #expect(sensors.map(\.name) == SyntheticSensor.demonstration(seed: 1).map(\.name))
    }

    @Test("the streams of one kind differ in phase and noise")
    func variesStreams() throws {
        var sensors = try SyntheticSpec("sine:noise=0,streams=2").sensors(seed: 1)
        #expect(sensors[0].next() != sensors[1].next())
    }

    @Test(
        "says what is wrong and what was expected",
        arguments: [
            ("", "unknown kind \"\": expected sine,"),
            ("sinne", "unknown kind \"sinne\" (did you mean sine?): expected sine, square, walk"),
            ("sine:perod=3", "sine has no \"perod\" (did you mean period?): expected amplitude"),
            ("sine:period", "\"period\": expected key=value"),
            ("sine:period=x", "period=x: expected a number of samples from 2"),
            ("sine:period=1", "period=1: expected a number of samples from 2"),
            ("sine:noise=-1", "noise=-1: expected a number from 0"),
            ("sine:noise=nan", "noise=nan: expected a number from 0"),
            ("sine:streams=0", "streams=0: expected a whole number 1…1000000"),
            ("sine:streams=1000000,walk", "1000001 streams: expected at most 1000000"),
            ("walk:period=3", "walk has no \"period\": expected offset, step, name, streams"),
            ("period=3", "\"period=3\" comes before any kind"),
            ("demo:noise=1", "demo has no \"noise\": expected none"),
            ("sine,", "unknown kind \"\""),
            ("sine:name=", "name=: expected 1 to 240 bytes"),
        ])
    func refuses(text: String, expected: String) {
        let fault = #expect(throws: SyntheticSpec.Fault.self) { try SyntheticSpec(text) }
        #expect(fault?.description.hasPrefix(expected) == true, "\(fault?.description ?? "")")
    }
}
