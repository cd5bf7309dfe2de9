import CKernels

/// The array's elements are wanted in the cache soon: the kernels fetch them while they compute.
@inlinable
package func prefetch<Element>(_ array: borrowing [Element]) {
    prefetch(array, 0..<array.count)
}

/// The same of these elements.
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

/// Nothing is wanted any more of what has not been fetched yet.
package func forgetPrefetches() { foretide_prefetch_none() }
