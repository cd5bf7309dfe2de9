/// Messages that are mutilated by `HostileTests` and read by the others.
enum Examples {
    static let json = [
        #"{"stream":"s1","ts":1763692800.123,"value":21.5371}"#,
        #"{"name":"m","t":1763692800123456789,"values":{"temp":1.0,"rpm":2.0}}"#,
        #"{"stream":"s1","t0":1763692800.123,"dt":0.01,"values":[21.53,21.54,null]}"#,
        #"{"stream":"s1","samples":[[1763692800.123,21.53],[1763692800.133,21.54]]}"#,
        #"[{"stream":"a","value":1},{"stream":"b","value":-2.5},{"stream":"c","value":[1,2]}]"#,
        #"[{"bn":"urn:dev:ow:10e2073a01080063:","bt":1.276020076001e+09,"bu":"A","bver":5,"#
            + #""n":"voltage","u":"V","v":120.1},{"n":"current","t":-5,"v":1.2}]"#,
        #"{"stream": "k\u00fc\"\\/", "value": NaN, "x": [Infinity, -Infinity, "NaN"]}"#,
        #"{"stream":"s1","ts":"2025-11-21T02:40:00.123+01:00","value":"21.5"}"#,
        #"{"stream":"s1","value":21.5,"inputs":{"outside":7.5,"l\u00f6ad":null}}"#,
        #"{"t0":1,"dt":1,"values":[1,[2,3]],"inputs":{"a":[4,null],"b":["5",6]}}"#,
        #"{"samples":[[1,2],{"v":3},{"v":4,"inputs":{"c":5}}],"inputs":{"a":[6,7,8]}}"#,
    ]

    /// What Python's msgpack.packb makes of the same shapes.
    static let messagePack = [
        "83a673747265616da27331a27473cb41da47f44007df3ba576616c7565cb4035897f62b6ae7d",
        "83a673747265616da27331a27473ce691fd100a576616c7565ca41ac0000",
        "83a46e616d65a16da174cf1879e541dc45cd15a676616c75657382a474656d70cb3ff0000000000000a372706d"
            + "02",
        "84a673747265616da27331a27430cb41da47f44007df3ba26474cb3f847ae147ae147ba676616c75657393cb40"
            + "3587ae147ae148cb40358a3d70a3d70ac0",
        "82a673747265616da27331a773616d706c65739292cb41da47f44007df3bcb403587ae147ae14892cb41da47f4"
            + "40088312cb40358a3d70a3d70a",
        "9282a673747265616da161a576616c75650182a673747265616da162a576616c7565cbc004000000000000",
        "82a576616c756501a27473d7ff1d6f2800691fd100",
        "82c40673747265616dc4027331c40576616c7565cb7ff8000000000000",
        "9286a2626ebc75726e3a6465763a6f773a313065323037336130313038303036333aa26274cb41d303a15b0010"
            + "62a26275a141a16ea7766f6c74616765a175a156a176cb405e06666666666683a16ea763757272656e74"
            + "a174fba176cb3ff3333333333333",
        "82a673747265616dda002878787878787878787878787878787878787878787878787878787878787878787878"
            + "787878787878a576616c756501",
        "83a673747265616da27331a576616c756507a6696e7075747382a161cb3ff8000000000000a162c0",
        "84a2743001a2647401a676616c756573920102a6696e7075747381a1619203c0",
    ].map { bytes(hex: $0) }

    /// Three samples of docs/wire-format.md.
    static let binary = bytes(
        hex: "54534231 01 00 0100 03000000 00000000 2900000000000000 c0d43edc41e57918 "
            + "8096980000000000 7daeb6627f893540 984c158c4a8a3540 b3ea73b5158b3540")

    /// f32, two channels, two rows, a column of times.
    static let binaryWithTimes = bytes(
        hex: "54534231 01 01 0200 02000000 01000000 0700000000000000 0000000000000000 "
            + "0000000000000000 c0d43edc41e57918 15cd45dc41e57918 "
            + "0000803f 0000c07f 00000040 000080ff")

    static let text = ["21.5", "-3", "+1e3", ".5", "plant/temp 21.5", "nan", " 7\n\0"]

    static var all: [[UInt8]] {
        json.map { Array($0.utf8) } + messagePack + [binary, binaryWithTimes]
            + text.map { Array($0.utf8) }
    }
}
