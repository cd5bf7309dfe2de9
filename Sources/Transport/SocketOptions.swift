import CZeroMQ

/// How a socket behaves, fixed when it is created. The defaults are ours; libzmq's are named
/// beside.
package struct SocketOptions: Sendable, Equatable {
    /// ZMQ_SNDHWM. Messages queued for one peer before a publisher drops and a pusher waits.
    /// Default 100,000 (libzmq: 1000, which loses 35 % at 200,000 messages/s). Range 0…, 0 = no
    /// limit.
    package var sendHighWaterMark = 100_000
    /// ZMQ_RCVHWM. Messages queued from one peer before TCP holds it back. Default 100,000
    /// (libzmq: 1000). Range 0…, 0 = no limit. Counts whole messages: frames are not bounded by it.
    package var receiveHighWaterMark = 100_000
    /// ZMQ_MAXMSGSIZE. Bytes of one frame; a larger one makes libzmq drop the connection.
    /// Default nil: no limit (libzmq: -1). Range 0….
    package var frameBytes: Int?
    /// ZMQ_LINGER. How long closed sockets go on sending what is queued. Milliseconds in libzmq.
    /// Default and upper bound 1 s (libzmq: for ever, which hangs at exit).
    package var linger = SocketOptions.longestLinger
    /// ZMQ_IMMEDIATE. Queue only for peers that are connected. Default false. PUSH, DEALER, REQ.
    package var sendsOnlyToConnected = false
    /// ZMQ_BACKLOG. Connections waiting to be accepted. Default 100, range 1….
    package var backlog = 100
    /// ZMQ_RECONNECT_IVL. Wait before connecting anew; libzmq adds a random part of the same size.
    /// Milliseconds in libzmq. Default 100 ms.
    package var reconnectInterval = Duration.milliseconds(100)
    /// ZMQ_RECONNECT_IVL_MAX. The wait doubles up to this. Default zero: it does not grow.
    package var longestReconnectInterval = Duration.zero
    /// ZMQ_CONNECT_TIMEOUT. Give up on one attempt to connect. Default zero: the kernel's, some 2
    /// min.
    package var connectTimeout = Duration.zero
    /// ZMQ_HANDSHAKE_IVL. A peer that has not said ZMTP's hello by then is dropped. Default 30 s.
    package var handshakeTimeout = Duration.seconds(30)
    /// ZMQ_HEARTBEAT_*. Default nil: none (some peers do not speak it; TCP keep-alive is on
    /// instead).
    package var heartbeat: Heartbeat?
    /// ZMQ_TCP_KEEPALIVE*. Finds peers that vanished without a word. Default 60 s, 10 s, 6.
    package var keepAlive: KeepAlive? = KeepAlive()
    /// ZMQ_XPUB_VERBOSE. XPUB: pass on every subscription, not only the first of its topic.
    package var everySubscription = false
    /// ZMQ_XPUB_NODROP. XPUB: refuse a message for which some subscriber's queue is full.
    package var refusesWhenFull = false
    /// ZMQ_XPUB_WELCOME_MSG. XPUB: sent to each new subscriber that subscribed to it. Default none.
    package var welcome: [UInt8] = []

    /// The longest that a closed socket may hold up the end of the process.
    package static let longestLinger = Duration.seconds(1)

    package init() {}

    package struct Heartbeat: Sendable, Equatable {
        /// ZMQ_HEARTBEAT_IVL. Time between two pings. Milliseconds in libzmq.
        package var interval: Duration
        /// ZMQ_HEARTBEAT_TIMEOUT. Silence after a ping that closes the connection.
        package var timeout: Duration
        /// ZMQ_HEARTBEAT_TTL. Silence after which the peer is to close it. Tenths of a second.
        package var timeToLive: Duration

        package init(interval: Duration, timeout: Duration, timeToLive: Duration) {
            self.interval = interval
            self.timeout = timeout
            self.timeToLive = timeToLive
        }
    }

    package struct KeepAlive: Sendable, Equatable {
        /// ZMQ_TCP_KEEPALIVE_IDLE. Silence before the first probe. Seconds in libzmq.
        package var idle = Duration.seconds(60)
        /// ZMQ_TCP_KEEPALIVE_INTVL. Time between two probes. Seconds in libzmq.
        package var interval = Duration.seconds(10)
        /// ZMQ_TCP_KEEPALIVE_CNT. Unanswered probes that close the connection.
        package var probes = 6

        package init() {}
    }
}

extension SocketOptions {
    func apply(to handle: SocketHandle, kind: Socket.Kind) throws(ZeroMQError) {
        try handle.set(ZMQ_SNDHWM, "ZMQ_SNDHWM", to: Int32(clamping: sendHighWaterMark))
        try handle.set(ZMQ_RCVHWM, "ZMQ_RCVHWM", to: Int32(clamping: receiveHighWaterMark))
        try handle.set(ZMQ_MAXMSGSIZE, "ZMQ_MAXMSGSIZE", toWide: Int64(frameBytes ?? -1))
        let linger = min(max(linger, .zero), SocketOptions.longestLinger)
        try handle.set(ZMQ_LINGER, "ZMQ_LINGER", to: linger.milliseconds)
        try handle.set(ZMQ_IMMEDIATE, "ZMQ_IMMEDIATE", to: sendsOnlyToConnected ? 1 : 0)
        try handle.set(ZMQ_BACKLOG, "ZMQ_BACKLOG", to: Int32(clamping: backlog))
        try handle.set(ZMQ_RECONNECT_IVL, "ZMQ_RECONNECT_IVL", to: reconnectInterval.milliseconds)
        try handle.set(
            ZMQ_RECONNECT_IVL_MAX, "ZMQ_RECONNECT_IVL_MAX",
            to: longestReconnectInterval.milliseconds)
        try handle.set(
            ZMQ_CONNECT_TIMEOUT, "ZMQ_CONNECT_TIMEOUT", to: connectTimeout.milliseconds)
        try handle.set(ZMQ_HANDSHAKE_IVL, "ZMQ_HANDSHAKE_IVL", to: handshakeTimeout.milliseconds)
        try applyLiveness(to: handle)
        if kind == .xpub { try applyPublishing(to: handle) }
    }

    private func applyLiveness(to handle: SocketHandle) throws(ZeroMQError) {
        if let heartbeat {
            try handle.set(
                ZMQ_HEARTBEAT_IVL, "ZMQ_HEARTBEAT_IVL", to: heartbeat.interval.milliseconds)
            try handle.set(
                ZMQ_HEARTBEAT_TIMEOUT, "ZMQ_HEARTBEAT_TIMEOUT", to: heartbeat.timeout.milliseconds)
            try handle.set(
                ZMQ_HEARTBEAT_TTL, "ZMQ_HEARTBEAT_TTL", to: heartbeat.timeToLive.milliseconds)
        }
        if let keepAlive {
            try handle.set(ZMQ_TCP_KEEPALIVE, "ZMQ_TCP_KEEPALIVE", to: 1)
            try handle.set(
                ZMQ_TCP_KEEPALIVE_IDLE, "ZMQ_TCP_KEEPALIVE_IDLE",
                to: Int32(clamping: keepAlive.idle.components.seconds))
            try handle.set(
                ZMQ_TCP_KEEPALIVE_INTVL, "ZMQ_TCP_KEEPALIVE_INTVL",
                to: Int32(clamping: keepAlive.interval.components.seconds))
            try handle.set(
                ZMQ_TCP_KEEPALIVE_CNT, "ZMQ_TCP_KEEPALIVE_CNT", to: Int32(keepAlive.probes))
        }
    }

    private func applyPublishing(to handle: SocketHandle) throws(ZeroMQError) {
        try handle.set(ZMQ_XPUB_VERBOSE, "ZMQ_XPUB_VERBOSE", to: everySubscription ? 1 : 0)
        try handle.set(ZMQ_XPUB_NODROP, "ZMQ_XPUB_NODROP", to: refusesWhenFull ? 1 : 0)
        if !welcome.isEmpty {
            try handle.set(ZMQ_XPUB_WELCOME_MSG, "ZMQ_XPUB_WELCOME_MSG", to: welcome.span)
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up so that a short wait does not become none, within Int32.
    var milliseconds: Int32 {
        let perMillisecond: Int64 = 1_000_000_000_000_000
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? .min : .max }
        return Int32(clamping: whole + (attoseconds + perMillisecond - 1) / perMillisecond)
    }
}
