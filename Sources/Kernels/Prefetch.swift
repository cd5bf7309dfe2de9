import CKernels

// Memory that is wanted in the cache soon. Nothing that can be seen changes.

/// These elements, soon: the kernels fetch them while they compute. The array is in no cache
/// itself: nothing of it is read, not even how many it has.
@inlinable
package func prefetch<Element>(_ array: borrowing [Element], _ range: Range<Int>) {
    unsafe prefetch(
        memory: address(of: array, element: range.lowerBound),
        bytes: bytes(of: array, range))
}

/// These elements, at once. A few lines only: what a processor is asked for beyond what it can
/// follow, it drops.
@inlinable
package func prefetchNow<Element>(_ array: borrowing [Element], _ range: Range<Int>) {
    unsafe prefetchNow(
        memory: address(of: array, element: range.lowerBound),
        bytes: bytes(of: array, range))
}

/// Where an element of an array is, or the object that the array is a reference to with the first
/// one: two words of the object, the count and the capacity come before it. It may be wrong, where
/// an array is something else: to prefetch what is not there does no harm.
@inlinable
package func address<Element>(
    of array: borrowing [Element], element: Int = 0
) -> UnsafeRawPointer? {
    guard unsafe MemoryLayout<[Element]>.size == MemoryLayout<UnsafeRawPointer?>.size else {
        return nil
    }
    let object = unsafe withUnsafeBytes(of: array) { unsafe $0.load(as: UnsafeRawPointer?.self) }
    guard element > 0 else { return unsafe object }
    return unsafe object.map { unsafe $0 + (32 + element * MemoryLayout<Element>.stride) }
}

/// Of the elements, and of what comes before the first one.
@inlinable
package func bytes<Element>(of array: borrowing [Element], _ range: Range<Int>) -> Int {
    range.count * MemoryLayout<Element>.stride + (range.lowerBound == 0 ? 32 : 0)
}

@usableFromInline
package func prefetch(memory: UnsafeRawPointer?, bytes: Int) {
    unsafe foretide_prefetch(memory, bytes)
}

@usableFromInline
package func prefetchNow(memory: UnsafeRawPointer?, bytes: Int) {
    unsafe foretide_prefetch_now(memory, bytes)
}

/// Fetches a little of what is wanted soon: where more than a tenth of a microsecond passes without
/// a kernel.
package func prefetchSome() { foretide_prefetch_some() }

/// The next sample: what was wanted before the last such call is not wanted any more.
package func forgetOldPrefetches() { foretide_prefetch_next() }
