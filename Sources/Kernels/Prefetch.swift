import CKernels

/// Brings the array's elements into the cache.
@inlinable
package func prefetch<Element>(_ array: borrowing [Element]) {
    prefetch(array, 0..<array.count)
}

/// Brings these elements into the cache.
@inlinable
package func prefetch<Element>(_ array: borrowing [Element], _ range: Range<Int>) {
    let part = array.span.extracting(range)
    let bytes = part.count * MemoryLayout<Element>.stride
    unsafe part.withUnsafeBufferPointer { unsafe prefetch(memory: $0.baseAddress, bytes: bytes) }
}

@usableFromInline
package func prefetch(memory: UnsafeRawPointer?, bytes: Int) {
    unsafe foretide_prefetch(memory, bytes)
}
