/// "Did you mean …?": the known word that a mistyped one is nearest to.
package enum Suggestion {
    /// The nearest of the words, the first of equals; nothing when none is near enough to be meant.
    package static func nearest(to word: String, in words: [String]) -> String? {
        let near = words.map { (word: $0, distance: distance(word.lowercased(), $0)) }
            .filter { $0.distance <= max(1, min(word.count, $0.word.count) / 3) }
        return near.min { $0.distance < $1.distance }?.word
    }

    /// The nearest of the dotted keys; a key in the wrong section is found by its last part.
    static func nearestKey(to key: String, in keys: [String]) -> String? {
        func lastPart(_ key: String) -> String { String(key.split(separator: ".").last ?? "") }
        if let near = nearest(to: key, in: keys) { return near }
        let parts = keys.map(lastPart)
        guard let part = nearest(to: lastPart(key), in: parts) else { return nil }
        return keys.first { lastPart($0) == part }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the
    /// other (Damerau's distance, each letter moved at most once).
    package static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.unicodeScalars)
        let b = Array(b.unicodeScalars)
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var least = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    least = min(least, beforeLast[j - 1] + 1)
                }
                row.append(least)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
