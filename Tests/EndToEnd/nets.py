"""The nets of an exported or fitted file, computed as PyTorch's documentation has them."""

import array
import math


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def numbers(tensor):
    """The numbers of an F32 tensor of test_streams.read_safetensors, in rows of its last size."""
    kind, shape, data = tensor
    assert kind == "F32"
    flat = array.array("f", data)
    assert flat.itemsize == 4
    if len(shape) < 2:
        return list(flat)
    return [list(flat[start:start + shape[1]]) for start in range(0, len(flat), shape[1])]


def product(matrix, vector, bias):
    return [sum(w * x for w, x in zip(row, vector)) + b for row, b in zip(matrix, bias)]


class Net:
    """torch.nn.GRU, LSTM or RNN, and Linear, of channel 0."""

    def __init__(self, tensors):
        def named(name):
            return numbers(tensors[f"channels.0.{name}"])
        self.parts = [named(f"rnn.{part}_l0") for part in
                      ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        self.head = named("head.weight"), named("head.bias")
        self.hidden = named("window.hidden")
        isLSTM = "channels.0.window.memory" in tensors
        self.memory = named("window.memory") if isLSTM else None

    def step(self, x):
        """The output for an input; hidden state and memory go on."""
        weight_ih, weight_hh, bias_ih, bias_hh = self.parts
        count = len(self.hidden)
        i = product(weight_ih, x, bias_ih)
        h = product(weight_hh, self.hidden, bias_hh)
        gate = [(i[start:start + count], h[start:start + count])
                for start in range(0, len(i), count)]

        def summed(index):
            return [a + b for a, b in zip(*gate[index])]
        if self.memory is not None:
            into, keep, new, out = (summed(index) for index in range(4))
            self.memory = [sigmoid(f) * c + sigmoid(i) * math.tanh(g)
                           for f, c, i, g in zip(keep, self.memory, into, new)]
            self.hidden = [sigmoid(o) * math.tanh(c) for o, c in zip(out, self.memory)]
        elif len(gate) == 3:
            reset = [sigmoid(r) for r in summed(0)]
            keep = [sigmoid(z) for z in summed(1)]
            new = [math.tanh(a + r * b) for a, b, r in zip(*gate[2], reset)]
            self.hidden = [(1 - z) * n + z * h for z, n, h in zip(keep, new, self.hidden)]
        else:
            self.hidden = [math.tanh(a) for a in summed(0)]
        return product(self.head[0], self.hidden, self.head[1])
