import Kernels
import Testing

@Suite("Prefetching")
struct PrefetchTests {
    private func work(_ distances: inout [Float]) {
        let past = [Float](repeating: 1, count: distances.count)
        var all = distances.mutableSpan
        _ = addDistances(
            &all, between: 2, and: past.span, scaledBy: 1, decay: 0.5, largest: 36,
            comparing: past.count)
    }

    @Test("an array's elements are where it takes them to be")
    func addresses() {
        let numbers = [Double](repeating: 1, count: 40)
        let rows = [[Float]](repeating: [1, 2], count: 3)
        unsafe numbers.withUnsafeBytes { bytes in
            for element in [1, 7, 39] {
                let expected = unsafe bytes.baseAddress! + element * 8
                #expect(unsafe address(of: numbers, element: element) == expected)
            }
            #expect(unsafe address(of: numbers)! + 32 == bytes.baseAddress!)
        }
        unsafe rows.withUnsafeBytes { bytes in
            #expect(unsafe address(of: rows, element: 2) == bytes.baseAddress! + 16)
        }
        #expect(bytes(of: numbers, 0..<40) == 32 + 40 * 8)
        #expect(bytes(of: numbers, 3..<40) == 37 * 8)
    }

    @Test("memory may be gone by the time that the kernels fetch it")
    func gone() {
        var distances = [Float](repeating: 0, count: 1024)
        for round in 0..<200 {
            do {
                // So large that it always goes back to the system at once.
                let large = unsafe [UInt8](unsafeUninitializedCapacity: 40 << 20) { _, count in
                    count = 40 << 20
                }
                for part in 0..<(round % 80) {
                    prefetch(large, (part * 4096)..<((part + 1) * 4096))
                }
                prefetch(large, 0..<0)
            }
            for _ in 0..<(round % 5) { work(&distances) }
            if round % 3 == 0 { forgetOldPrefetches() }
        }
        // d ← d/2 + 1 from 0 comes to 2.
        #expect(distances.allSatisfy { $0 == 2 })
    }
}
