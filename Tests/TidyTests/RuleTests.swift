import Testing

/// Each rule on a snippet that breaks it, so that a rule which sees nothing is noticed.
@Suite("The rules")
struct RuleTests {
    private let core = "Sources/Forecasting/Bad.swift"

    @Test("an import that the table does not allow is found, in every spelling")
    func imports() {
        let file = SourceFile(
            core,
            """
            import Networks
            package import Series
            // import Foundation
            import Foundation
            @preconcurrency import Glibc
            internal import struct Foundation.Date
              @_exported public import func Transport.send
            let text = "import Wire"
            """)
        #expect(
            Rules.imports(file) == [
                "\(core):4: Forecasting may not import Foundation",
                "\(core):5: Forecasting may not import Glibc",
                "\(core):6: Forecasting may not import Foundation",
                "\(core):7: Forecasting may not import Transport",
            ])
        #expect(
            Rules.imports(SourceFile("Sources/New/A.swift", "import Series")) == [
                "Sources/New/A.swift: the module New has no row in the import table"
            ])
        #expect(Rules.imports(SourceFile("Tests/SeriesTests/A.swift", "import Foundation")) == [])
        #expect(
            Rules.imports(SourceFile("Sources/Daemon/A.swift", "import ArgumentParser")).count == 1)
    }

    @Test("banned words are found in code, and only there")
    func words() {
        let code = """
            let a = try! read()  // try! is banned
            fatalError("x")
            final class A: @unchecked Sendable {}
            print("x")
            debugPrint(1); blueprint(2)
            let b = "print(1) \\(print(2))"
            """
        let faults = Rules.words(SourceFile(core, code))
        #expect(faults.map { $0.prefix { $0 != " " } } == [1, 2, 3, 4, 6].map { "\(core):\($0):" })
        #expect(faults.first?.contains("try! is not used") == true)
        #expect(Rules.words(SourceFile("Sources/foretide/A.swift", "print(1)")) == [])
        #expect(Rules.words(SourceFile("Tests/XTests/A.swift", "print(1)")) == [])
        #expect(Rules.words(SourceFile("Tests/XTests/A.swift", "try! f()")).count == 1)
    }

    @Test("clocks, tasks and unseeded randomness are found in the core")
    func purity() {
        let code = """
            let now = ContinuousClock.now
            let a = Int.random(in: 0..<3)
            let b = Int.random(in: 0..<3, using: &generator)
            Task { await f() }
            // ContinuousClock
            """
        #expect(Rules.purity(SourceFile(core, code)).count == 4)
        #expect(Rules.purity(SourceFile("Sources/Daemon/A.swift", code)) == [])
    }

    @Test("open ends are found in comments of any language")
    func openEnds() {
        #expect(
            Rules.openEnds(SourceFile("Sources/CWire/a.c", "int a;\n/* FIXME: b */\n")) == [
                "Sources/CWire/a.c:2: FIXME: open an issue instead"
            ])
        #expect(Rules.openEnds(SourceFile(core, "// TODO later")).count == 1)
        #expect(Rules.openEnds(SourceFile(core, "let MASTODON = 1")) == [])
    }

    @Test("paths of one machine are found")
    func machinePaths() {
        let bad = [
            "cd /work/main", "\"/root/x\"", "`/opt/swift/y`", "--out=/home/me/a", "file:///tmp/h/x",
        ]
        for text in bad {
            #expect(Rules.machinePaths(SourceFile("README.md", text)).count == 1, "\(text)")
        }
        for text in ["/var/lib/foretide", "a/work/b", "homework/", "/tmp/x", "~/home/x"] {
            #expect(Rules.machinePaths(SourceFile("README.md", text)) == [], "\(text)")
        }
    }

    @Test("long lines, long files and empty files are found")
    func lengths() {
        let line = String(repeating: "é", count: 100)
        #expect(Rules.lineLengths(SourceFile(core, line)) == [])
        #expect(
            Rules.lineLengths(SourceFile(core, "\n\(line)x")) == [
                "\(core):2: 101 columns, at most 100"
            ])
        #expect(Rules.fileLengths(SourceFile(core, String(repeating: "a\n", count: 400))) == [])
        #expect(
            Rules.fileLengths(SourceFile(core, String(repeating: "a\n", count: 401))) == [
                "\(core): 401 lines, at most 400"
            ])
        #expect(Rules.fileLengths(SourceFile(core, " \n\n")) == ["\(core): an empty file"])
    }

    @Test("long functions are found, whatever stands in their strings")
    func functionLengths() {
        func file(_ head: String, lines: Int) -> SourceFile {
            let body = String(repeating: "    x = \"}\" // }\n", count: lines - 2)
            return SourceFile(core, "struct A {\n\(head) {\n\(body)}\nvar y = 1\n}\n")
        }
        #expect(Rules.functionLengths(file("func long(a: Int)", lines: 60)) == [])
        #expect(
            Rules.functionLengths(file("func long(a: Int)", lines: 61)) == [
                "\(core):2: long has 61 lines, at most 60"
            ])
        #expect(Rules.functionLengths(file("package init(a: Int)", lines: 61)).count == 1)
        #expect(Rules.functionLengths(file("func a(\n    b: Int\n) -> Int", lines: 59)).count == 1)
        #expect(Rules.functionLengths(file("subscript(i: Int) -> Int", lines: 61)).count == 1)
        #expect(
            Rules.functionLengths(
                SourceFile(core, "protocol P {\nfunc f()\nvar x: Int { get }\n}\n")) == [])
        #expect(Rules.functionLengths(file("func a() -> some P where B: C", lines: 61)).count == 1)
        #expect(Rules.functionLengths(file("let a = Self.init(", lines: 70)) == [])
    }

    @Test("comments, strings and regular expressions are blanked, code in strings is not")
    func blanking() {
        func check(_ text: String, _ expected: String) {
            #expect(blanked(text) == expected)
        }
        check("a // b\nc", "a     \nc")
        check("a /* b /* c */ d */ e", "a                   e")
        check(#"a = "b\"c" + d"#, "a =        + d")
        check(#"a = "b\(c("d"))e" f"#, "a =     c(   )    f")
        check("a = \"\"\"\nb \"c\"\n\"\"\" + d", "a =    \n     \n    + d")
        check(##"a = #"b"c\(d)\#(e)"# + f"##, "a =             e    + f")
        check("a = #/b\"c/# + d", "a =         + d")
        check("#if DEBUG", "#if DEBUG")
    }
}
