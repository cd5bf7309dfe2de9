#!/usr/bin/env python3
"""The update in PyTorch, as one would write it (`eager`), and compiled by Inductor with the fused
Adam (`compiled`): forward over the window, squared error at every step, backward, clipping, Adam,
the state carried on."""
import torch

import worker

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
torch.set_flush_denormal(True)
torch.manual_seed(1)
CELLS = {"elman": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}


class Net(torch.nn.Module):
    def __init__(self, cell, hidden):
        super().__init__()
        self.recurrent = CELLS[cell](1, hidden)
        self.readout = torch.nn.Linear(hidden, 1)

    def forward(self, x, state):
        output, state = self.recurrent(x, state)
        return self.readout(output), state


class Unrolled(torch.nn.Module):
    """The same, step by step: Inductor does not look into nn.GRU."""

    def __init__(self, cell, hidden):
        super().__init__()
        self.cell = cell
        reference = CELLS[cell](1, hidden)
        self.wi, self.wh, self.bi, self.bh = (
            torch.nn.Parameter(weights.detach().clone()) for weights in reference.parameters())
        self.readout = torch.nn.Linear(hidden, 1)

    def step(self, xi, state):
        h = state[0]
        hh = torch.nn.functional.linear(h, self.wh, self.bh)
        if self.cell == "elman":
            return (torch.tanh(xi + hh),)
        if self.cell == "gru":
            (ri, zi, ni), (rh, zh, nh) = xi.chunk(3, -1), hh.chunk(3, -1)
            r, z = torch.sigmoid(ri + rh), torch.sigmoid(zi + zh)
            n = torch.tanh(ni + r * nh)
            return (n + z * (h - n),)
        i, f, g, o = (xi + hh).chunk(4, -1)
        c = torch.sigmoid(f) * state[1] + torch.sigmoid(i) * torch.tanh(g)
        return (torch.sigmoid(o) * torch.tanh(c), c)

    def loss(self, x, y, *state):
        projected = torch.nn.functional.linear(x, self.wi, self.bi)
        outputs = []
        for xi in projected.unbind(0):
            state = self.step(xi, state)
            outputs.append(state[0])
        loss = torch.nn.functional.mse_loss(self.readout(torch.stack(outputs)), y)
        return (loss, *state)


def tensors(batch):
    inputs, targets = worker.window(batch)
    return torch.tensor(inputs).unsqueeze(-1), torch.tensor(targets).unsqueeze(-1)


def eager(cell, hidden, batch):
    net, (x, y), state = Net(cell, hidden), tensors(batch), None
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    loss_of = torch.nn.MSELoss()

    def update():
        nonlocal state
        optimizer.zero_grad()
        output, after = net(x, state)
        loss_of(output, y).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        state = (tuple(part.detach() for part in after) if isinstance(after, tuple)
                 else after.detach())
    return update


def compiled(cell, hidden, batch):
    net, (x, y) = Unrolled(cell, hidden), tensors(batch)
    state = [torch.zeros(batch, hidden) for _ in range(2 if cell == "lstm" else 1)]
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
    loss_of = torch.compile(net.loss, fullgraph=True)

    def update():
        nonlocal state
        optimizer.zero_grad()
        loss, *after = loss_of(x, y, *state)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        state = [part.detach() for part in after]
    return update


if __name__ == "__main__":
    torch._dynamo.config.recompile_limit = 64
    # Compiling takes a while, so only the shapes that tell something.
    few = [shape for shape in worker.UPDATES if shape[2] == 1 or shape[0] == "gru"]
    worker.serve({"torch": torch.__version__}, {
        worker.update_name(kind.__name__, *shape): kind(*shape)
        for kind, shapes in ((eager, worker.UPDATES), (compiled, few)) for shape in shapes})
