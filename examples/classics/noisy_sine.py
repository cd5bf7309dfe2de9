"""The noisy sine of `classics noisy-sine` in PyTorch, on exactly the same values.

    make classics
    python3 examples/classics/noisy_sine.py .build/classics/noisy-sine.csv

Needs PyTorch (the figures of docs/classics.md: 2.13.0, CPU).
"""

import argparse
import csv

import torch

WINDOW, BATCH, HIDDEN, RATE, EPOCHS = 10, 8, 64, 0.01, 201


def train(values, seed):
    """Mean squared error of each epoch, the mean over its windows."""
    torch.manual_seed(seed)
    windows = values.unfold(0, WINDOW, 1)[:-1].unsqueeze(-1)
    targets = values[WINDOW:].unsqueeze(-1)
    cell = torch.nn.RNN(1, HIDDEN, batch_first=True)
    head = torch.nn.Linear(HIDDEN, 1)
    optimizer = torch.optim.SGD([*cell.parameters(), *head.parameters()], lr=RATE)
    losses = []
    for _ in range(EPOCHS):
        total = 0.0
        for chosen in torch.randperm(len(windows)).split(BATCH):
            states, _ = cell(windows[chosen])
            loss = torch.nn.functional.mse_loss(head(states[:, -1]), targets[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(windows))
    return losses


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", help="noisy-sine.csv, as `classics` writes it")
    with open(parser.parse_args().data, newline="") as file:
        rows = list(csv.DictReader(file))
    torch.set_num_threads(1)
    print("noise seed  epoch 1  epoch 101  epoch 201")
    last = []
    for seed, name in enumerate(rows[0], start=1):
        losses = train(torch.tensor([float(row[name]) for row in rows]), seed)
        last.append(losses[-1])
        print(f"{seed:<10}  {losses[0]:7.3f}  {losses[100]:9.3f}  {losses[-1]:9.3f}")
    print(f"Mean squared error at epoch 201, mean of the seeds: {sum(last) / len(last):.4f}.")


main()
