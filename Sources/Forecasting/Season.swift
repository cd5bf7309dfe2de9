/// After how many samples a series repeats itself, in up to two ways: a day and a week, say.
package struct Season: Equatable, Sendable {
    /// P, in samples; 0 when there is no season.
    package var period = 0
    /// Q, in samples; 0 when there is no second one.
    package var secondPeriod = 0

    package init(period: Int = 0, secondPeriod: Int = 0) {
        self.period = period
        self.secondPeriod = secondPeriod
    }
}
