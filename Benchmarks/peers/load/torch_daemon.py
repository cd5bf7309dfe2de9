#!/usr/bin/env python3
"""What one would write in Python in the place of `foretide serve`: pyzmq, and for each stream a GRU
of its own in PyTorch, trained online by truncated backpropagation over its last 16 samples, every
second one. JSON samples in on a bound SUB socket, JSON forecasts out on a bound XPUB socket.

usage: torch_daemon.py INPUT OUTPUT

It forecasts with the net alone: no other experts, no season, no interval learned, no bad data.
"""
import collections
import json
import signal
import sys

import torch
import zmq

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
torch.set_flush_denormal(True)
HIDDEN, WINDOW, STRIDE, LEARNING_RATE = 24, 16, 2, 0.003


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRU(2, HIDDEN)
        self.readout = torch.nn.Linear(HIDDEN, 1)

    def forward(self, x, h):
        output, h = self.gru(x, h)
        return self.readout(output), h


class Stream:
    def __init__(self):
        self.net = Net()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=LEARNING_RATE, fused=True)
        self.loss = torch.nn.MSELoss()
        self.count, self.last, self.mean, self.scale = 0, 0.0, 0.0, 1.0
        self.inputs = collections.deque(maxlen=WINDOW + 1)
        self.states = collections.deque(maxlen=WINDOW + 1)
        self.targets = collections.deque(maxlen=WINDOW)
        self.state = torch.zeros(1, 1, HIDDEN)
        self.forecast = None

    def observe(self, value):
        """Takes a value and returns the forecast of the next one and half an interval's width."""
        if self.count:
            change = value - self.last
            self.targets.append(change / self.scale)
            rate = max(0.01, 1 / self.count)
            self.scale += rate * (max(abs(change), 1e-9) - self.scale)
        self.mean += (value - self.mean) / min(self.count + 1, 1000)
        self.count += 1
        scaled = [(value - self.mean) / self.scale, (value - self.last) / self.scale]
        self.inputs.append([max(-4.0, min(4.0, number)) for number in scaled])
        self.states.append(self.state)
        self.last = value
        with torch.inference_mode():
            y, self.state = self.net(torch.tensor(self.inputs[-1]).view(1, 1, 2), self.state)
        return value + float(y) * self.scale, 2 * self.scale

    def train(self):
        if len(self.targets) < WINDOW or self.count % STRIDE:
            return
        x = torch.tensor(list(self.inputs)[:-1]).unsqueeze(1)
        y = torch.tensor(self.targets).view(WINDOW, 1, 1)
        self.optimizer.zero_grad()
        output, _ = self.net(x, self.states[0].clone())
        self.loss(output, y).backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()


def serve(input_endpoint, output_endpoint):
    context = zmq.Context()
    samples, forecasts = context.socket(zmq.SUB), context.socket(zmq.XPUB)
    for socket in (samples, forecasts):
        socket.set_hwm(100_000)
        socket.linger = 0
    samples.subscribe(b"")
    samples.bind(input_endpoint)
    forecasts.bind(output_endpoint)
    streams = collections.defaultdict(Stream)
    while True:
        sample = json.loads(samples.recv_multipart()[-1])
        name, value = sample["stream"], sample["value"]
        stream = streams[name]
        forecast, half = stream.observe(value)
        forecasts.send_multipart([name.encode(), json.dumps({
            "stream": name, "seq": stream.count, "ts": sample["ts"], "y": value, "yhat": forecast,
            "yhat_lower": forecast - half, "yhat_upper": forecast + half}).encode()])
        stream.train()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve(*sys.argv[1:3])
