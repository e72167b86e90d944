#!/usr/bin/env python3
"""Compares the losses of the tutorial's first epoch, step by step, with PyTorch's.

graft and PyTorch train the same ResNet-18 (ImageNet weights, a new head for two classes) on the same batches in
the same order: hymenoptera, batches of 4, 61 steps, float32, SGD 0.001 with momentum 0.9. graft writes the
batches and the head that it starts from (native-tests/dev/graft/torch/DumpLossCurve.java); PyTorch trains on
those. Each trains with one thread and with two; rounding differs between these, and training amplifies it.

Ends with 0 if at no step graft's loss differs from PyTorch's (two threads each) by more than PyTorch's with one
and two threads have differed up to that step; with 1 if not; with 77 if the weights or images are not there.
Needs torch 2.10 and torchvision 0.25, for example in a virtual environment under target/, and the project
compiled (mvn test-compile). GRAFT_SHARED names the folder with models/resnet18-imagenet.pt and
data/hymenoptera_data; default ../shared.

    scripts/compare-loss-curve.py
"""
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch loads; keeps two threads from spinning

import numpy as np
import torch
import torchvision

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("GRAFT_SHARED", ROOT.parent / "shared"))
WEIGHTS, DATA = SHARED / "models/resnet18-imagenet.pt", SHARED / "data/hymenoptera_data"
BATCH = 4


def train_graft(folder):
    listing = folder / "class-path"
    subprocess.run(["mvn", "-B", "-q", "dependency:build-classpath", f"-Dmdep.outputFile={listing}"], cwd=ROOT, check=True)
    path = f"{ROOT}/target/test-classes:{ROOT}/target/classes:{listing.read_text().strip()}"
    subprocess.run(["java", "-cp", path, "dev.graft.torch.DumpLossCurve", WEIGHTS, DATA, folder], check=True)
    return [np.loadtxt(folder / f"losses-{threads}.txt") for threads in (1, 2)]


def train_python(folder, threads):
    torch.set_num_threads(threads)
    state = dict(torch.jit.load(WEIGHTS, map_location="cpu").state_dict())
    head = np.fromfile(folder / "head.f32", np.float32)
    features = state["fc.weight"].shape[1]
    classes = head.size // (features + 1)
    state["fc.weight"] = torch.from_numpy(head[:classes * features].reshape(classes, features))
    state["fc.bias"] = torch.from_numpy(head[classes * features:])
    model = torchvision.models.resnet18(num_classes=classes)
    model.load_state_dict(state)
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    labels = np.fromfile(folder / "labels.i64", np.int64)
    inputs = np.memmap(folder / "inputs.f32", np.float32, "r").reshape(labels.size, 3, 224, 224)
    losses = []
    for start in range(0, labels.size, BATCH):
        optimizer.zero_grad()
        x = torch.from_numpy(np.array(inputs[start:start + BATCH]))
        loss = torch.nn.functional.cross_entropy(model(x), torch.from_numpy(labels[start:start + BATCH]))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)


def main():
    if not (WEIGHTS.exists() and DATA.exists()):
        print(f"SKIP compare-loss-curve: {WEIGHTS} or {DATA} is not here (GRAFT_SHARED=FOLDER).")
        return 77
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        graft1, graft2 = train_graft(folder)
        python1, python2 = (train_python(folder, threads) for threads in (1, 2))
    difference, own, grafts = abs(graft2 - python2), abs(python1 - python2), abs(graft1 - graft2)
    allowed = np.maximum.accumulate(own)
    print("step  PyTorch (2)  graft (2)   |graft-PyTorch|  |PyTorch 1-2|  largest so far  |graft 1-2|")
    for i, row in enumerate(zip(python2, graft2, difference, own, allowed, grafts)):
        print("{:4d}  {:11.8f}  {:11.8f}  {:15.2e}  {:13.2e}  {:14.2e}  {:11.2e}".format(i, *row))
    beyond = np.flatnonzero(difference > allowed)
    print(f"{len(difference)} steps, losses {python2[0]:.4f} .. {python2[-1]:.4f}")
    print(f"largest |graft - PyTorch|, two threads each: {difference.max():.3g}")
    print(f"largest |PyTorch with 1 thread - with 2|:    {own.max():.3g}")
    print(f"largest |graft with 1 thread - with 2|:      {grafts.max():.3g}")
    print(f"largest |graft - PyTorch|, one thread each:  {abs(graft1 - python1).max():.3g}")
    if beyond.size:
        print(f"FAIL at step {beyond[0]} and {beyond.size - 1} more graft differs by more than PyTorch from itself")
        return 1
    print("PASS at no step graft differs from PyTorch by more than PyTorch from itself up to there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
