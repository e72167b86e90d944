#!/usr/bin/env python3
"""Compares the losses of the tutorial's first epoch, step by step, with PyTorch's.

graft and PyTorch train the same ResNet-18 (ImageNet weights, a new head for two classes) on the same batches in
the same order: hymenoptera, batches of 4, 61 steps, SGD 0.001 with momentum 0.9. graft writes the batches and
the head that it starts from (native-tests/dev/graft/torch/DumpLossCurve.java); PyTorch trains on those.

Training with batches of 4 amplifies the last bit until any two runs that round differently have nothing in common
but the shape of their curves: PyTorch with one thread and with two, or on two generations of processors. So
float32 can only be compared with how far PyTorch is from itself, and both train in float64 too, where rounding
does not show.

Ends with 0 if in float32 no step's loss differs between graft and PyTorch, with two threads each, by more than
one does between PyTorch's own runs (one thread and two, three instruction sets), and if in float64 none differs
by more than 1e-6; with 1 if not; with 77 if the weights or images are not there. Prints all steps.
Needs torch 2.10 and torchvision 0.25, for example in a virtual environment under target/, and the project
compiled (mvn test-compile). GRAFT_SHARED names the folder with models/resnet18-imagenet.pt and
data/hymenoptera_data; default ../shared.

    scripts/compare-loss-curve.py
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch loads; keeps two threads from spinning

import numpy as np
import torch
import torchvision

from instruction_sets import INSTRUCTION_SETS

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("GRAFT_SHARED", ROOT.parent / "shared"))
WEIGHTS, DATA = SHARED / "models/resnet18-imagenet.pt", SHARED / "data/hymenoptera_data"
BATCH = 4
RUNS = [("float32", 1), ("float32", 2), ("float64", 2)]
FLOAT64_TOLERANCE = 1e-6


def train_graft(folder):
    listing = folder / "class-path"
    subprocess.run(["mvn", "-B", "-q", "dependency:build-classpath", f"-Dmdep.outputFile={listing}"], cwd=ROOT, check=True)
    path = f"{ROOT}/target/test-classes:{ROOT}/target/classes:{listing.read_text().strip()}"
    subprocess.run(["java", "-cp", path, "dev.graft.torch.DumpLossCurve", WEIGHTS, DATA, folder], check=True)
    return [np.loadtxt(folder / f"losses-{dtype}-{threads}.txt") for dtype, threads in RUNS]


def train_python(folder, dtype, threads):
    torch.set_num_threads(threads)
    dtype = getattr(torch, dtype)
    state = dict(torch.jit.load(WEIGHTS, map_location="cpu").state_dict())
    head = np.fromfile(folder / "head.f32", np.float32)
    features = state["fc.weight"].shape[1]
    classes = head.size // (features + 1)
    state["fc.weight"] = torch.from_numpy(head[:classes * features].reshape(classes, features))
    state["fc.bias"] = torch.from_numpy(head[classes * features:])
    model = torchvision.models.resnet18(num_classes=classes)
    model.load_state_dict(state)
    model.to(dtype).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    labels = np.fromfile(folder / "labels.i64", np.int64)
    inputs = np.memmap(folder / "inputs.f32", np.float32, "r").reshape(labels.size, 3, 224, 224)
    losses = []
    for start in range(0, labels.size, BATCH):
        optimizer.zero_grad()
        x = torch.from_numpy(np.array(inputs[start:start + BATCH])).to(dtype)
        loss = torch.nn.functional.cross_entropy(model(x), torch.from_numpy(labels[start:start + BATCH]))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)


def python_losses(folder, dtype, threads, instruction_set):
    """In a process of its own, since the instruction set is chosen when torch loads."""
    command = [sys.executable, __file__, "--losses", folder, dtype, str(threads)]
    environment = {**os.environ, **INSTRUCTION_SETS[instruction_set]}
    return np.array(json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout))


def main():
    if sys.argv[1:2] == ["--losses"]:
        folder, dtype, threads = sys.argv[2:]
        print(json.dumps(train_python(pathlib.Path(folder), dtype, int(threads)).tolist()))
        return 0
    if not (WEIGHTS.exists() and DATA.exists()):
        print(f"SKIP compare-loss-curve: {WEIGHTS} or {DATA} is not here (GRAFT_SHARED=FOLDER).")
        return 77
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        graft1, graft2, graft64 = train_graft(folder)
        python64 = python_losses(folder, "float64", 2, "avx512")
        pythons = {(name, threads): python_losses(folder, "float32", threads, name)
                   for name in INSTRUCTION_SETS for threads in (1, 2)}
    return report(graft1, graft2, graft64, pythons, python64)


def report(graft1, graft2, graft64, pythons, python64):
    python1, python2 = pythons["avx512", 1], pythons["avx512", 2]
    difference, threads, exact = abs(graft2 - python2), abs(python1 - python2), abs(graft64 - python64)
    own = np.ptp(np.array(list(pythons.values())), axis=0)
    print("step  PyTorch (2)  graft (2)   |graft-PyTorch|  |PyTorch 1-2|  PyTorch's spread  |graft-PyTorch| in float64")
    for i, row in enumerate(zip(python2, graft2, difference, threads, own, exact)):
        print("{:4d}  {:11.8f}  {:11.8f}  {:15.2e}  {:13.2e}  {:16.2e}  {:26.2e}".format(i, *row))
    print(f"{len(difference)} steps, losses {python2[0]:.4f} .. {python2[-1]:.4f}; the largest of each:")
    print(f"|graft - PyTorch|, two threads each      {difference.max():.3g}")
    print(f"|graft - PyTorch|, one thread each       {abs(graft1 - python1).max():.3g}")
    for name in INSTRUCTION_SETS:
        print(f"|PyTorch with 1 thread - 2|, {name:<11} {abs(pythons[name, 1] - pythons[name, 2]).max():.3g}")
    print(f"spread of all of PyTorch's               {own.max():.3g}")
    print(f"|graft with 1 thread - with 2|           {abs(graft1 - graft2).max():.3g}")
    print(f"|graft - PyTorch| in float64             {exact.max():.3g}")
    checks = {"in float32 graft differs from PyTorch by no more than PyTorch from itself": difference.max() <= own.max(),
              f"in float64 they differ by at most {FLOAT64_TOLERANCE}": exact.max() <= FLOAT64_TOLERANCE}
    for what, good in checks.items():
        print("PASS" if good else "FAIL", what)
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
