/// The value below which `share` of the first `count` numbers lie, between two of them by linear
/// interpolation. Moves the numbers about (quickselect, Hoare 1961).
func quantile(_ share: Double, _ numbers: inout [Double], count: Int) -> Double {
    precondition(count > 0 && count <= numbers.count && share >= 0 && share <= 1)
    let place = share * Double(count - 1)
    let lower = Int(place)
    let low = select(lower, &numbers, count: count)
    guard lower + 1 < count else { return low }
    var high = numbers[lower + 1]
    for index in (lower + 1)..<count { high = min(high, numbers[index]) }
    return low + (high - low) * (place - Double(lower))
}

/// The number that has `rank` others before it in order; those after it are behind it then.
private func select(_ rank: Int, _ numbers: inout [Double], count: Int) -> Double {
    var (first, last) = (0, count - 1)
    while first < last {
        let pivot = numbers[(first + last) / 2]
        var (i, j) = (first, last)
        while i <= j {
            while numbers[i] < pivot { i += 1 }
            while numbers[j] > pivot { j -= 1 }
            guard i <= j else { break }
            numbers.swapAt(i, j)
            i += 1
            j -= 1
        }
        if rank <= j {
            last = j
        } else if rank >= i {
            first = i
        } else {
            break
        }
    }
    return numbers[rank]
}
