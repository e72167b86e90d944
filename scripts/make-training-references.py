#!/usr/bin/env python3
"""Writes what PyTorch trains, for native-tests/dev/graft/torch: losses, parameters, rates, cross-entropies.

Everything starts from formulas that the tests know too (native-tests/dev/graft/torch/Formula.java), so that no
weights or images are needed. Needs torch 2.10 and torchvision 0.25, for example in a virtual environment under
target/. The float64 references are computed with one thread. The float32 ones are computed with one thread and
with two, and with the instruction sets of three generations of processors: how far those differ from each other
and from float64 is what PyTorch allows itself. They learn at a tenth of the rates: at the full ones, training
with batches of 4 multiplies a difference in the last bit by a million within 20 steps, and shows nothing.

    scripts/make-training-references.py [FOLDER]
"""
import itertools
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import warnings

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch loads; keeps two threads from spinning

import numpy as np
import torch
import torchvision
from torch.nn import functional as F
from torch.optim import lr_scheduler as S

from instruction_sets import INSTRUCTION_SETS

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "native-tests/dev/graft/torch/references"
CLASSES, BATCH, SIZE, STEPS = 10, 4, 64, 20
INPUTS, LABELS = 1000, 2000  # added to a batch's number


# The formulas: a 32-bit hash of a tensor's and an element's number gives 24 bits, exact in float32.

def hashed(tensor, count):
    mask = np.uint64(0xFFFFFFFF)
    h = (np.arange(count, dtype=np.uint64) * np.uint64(0x85EBCA6B) + np.uint64(tensor * 0x9E3779B1 & 0xFFFFFFFF)) & mask
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        h = ((h ^ (h >> np.uint64(shift))) * np.uint64(factor)) & mask
    return ((h ^ (h >> np.uint64(16))) >> np.uint64(8)).astype(np.int64)


def uniform(tensor, bound, *shape):
    """float32 in [-bound, bound)."""
    unit = (hashed(tensor, math.prod(shape)) - (1 << 23)).astype(np.float32) * np.float32(2.0 ** -23)
    return torch.from_numpy((unit * np.float32(bound)).reshape(shape))


def model(dtype):
    """ResNet-18: convolutions and the head uniform as Kaiming's, BatchNorm near the identity."""
    net = torchvision.models.resnet18(num_classes=CLASSES)
    with torch.no_grad():
        for number, (name, parameter) in enumerate(net.named_parameters()):
            shape = parameter.shape
            if name == "fc.bias":
                parameter.zero_()
            elif len(shape) == 1:
                parameter.copy_(uniform(number, 0.25, *shape) + (1 if name.endswith("weight") else 0))
            else:
                parameter.copy_(uniform(number, math.sqrt(6.0 / math.prod(shape[1:])), *shape))
    return net.to(dtype).train()


def batch(number, dtype):
    inputs = uniform(INPUTS + number, 2.0, BATCH, 3, SIZE, SIZE).to(dtype)
    return inputs, torch.from_numpy(hashed(LABELS + number, BATCH) % CLASSES)


# Training. A run is (optimizer, its settings, and what else differs).

FLOAT32_RATE = 0.1  # of a run's rates
SGD, ADAMW = "sgd", "adamw"
RUNS = {
    "plain": (SGD, dict(lr=0.001), {}),
    "momentum": (SGD, dict(lr=0.001, momentum=0.9), {}),
    "dampening": (SGD, dict(lr=0.001, momentum=0.9, dampening=0.3), {}),
    "nesterov": (SGD, dict(lr=0.001, momentum=0.9, nesterov=True), {}),
    "weight-decay": (SGD, dict(lr=0.001, weight_decay=0.1), {}),
    "momentum-weight-decay": (SGD, dict(lr=0.001, momentum=0.9, weight_decay=0.1), {}),
    "momentum-dampening-weight-decay": (SGD, dict(lr=0.001, momentum=0.9, dampening=0.3, weight_decay=0.1), {}),
    "nesterov-weight-decay": (SGD, dict(lr=0.001, momentum=0.9, weight_decay=0.1, nesterov=True), {}),
    "dampening-alone": (SGD, dict(lr=0.001, dampening=0.3), {}),
    "dampening-alone-weight-decay": (SGD, dict(lr=0.001, dampening=0.3, weight_decay=0.1), {}),
    "all-two-groups": (SGD, dict(lr=0.01, momentum=0.9, weight_decay=0.1, nesterov=True), dict(backbone_lr=0.001)),
    "frozen": (SGD, dict(lr=0.001, momentum=0.9), dict(frozen=True)),
    "accumulated-clipped": (SGD, dict(lr=0.001, momentum=0.9), dict(accumulate=2, clip=1.0)),
    "adamw-two-groups": (ADAMW, dict(lr=0.001, weight_decay=0.1), dict(backbone_lr=0.0001)),
}


def slower(run):
    """The run with float32's rates."""
    kind, settings, extra = run
    extra = {key: value * FLOAT32_RATE if key == "backbone_lr" else value for key, value in extra.items()}
    return kind, dict(settings, lr=settings["lr"] * FLOAT32_RATE), extra


def groups(net, settings, extra):
    head = list(net.fc.parameters())
    backbone = [p for name, p in net.named_parameters() if not name.startswith("fc.")]
    if extra.get("frozen"):
        for parameter in backbone:
            parameter.requires_grad = False
        return [dict(params=head)]
    if "backbone_lr" in extra:
        return [dict(params=backbone, lr=extra["backbone_lr"]), dict(params=head)]
    return [dict(params=backbone + head)]


def train(run, dtype, threads):
    torch.set_num_threads(threads)
    kind, settings, extra = run
    net = model(dtype)
    optimizer = {SGD: torch.optim.SGD, ADAMW: torch.optim.AdamW}[kind](groups(net, settings, extra), **settings)
    scheduler = S.StepLR(optimizer, step_size=7, gamma=0.1)
    accumulate = extra.get("accumulate", 1)
    result = dict(rates=[], losses=[], norms=[])
    for step in range(STEPS // accumulate):
        result["rates"].append([group["lr"] for group in optimizer.param_groups])
        optimizer.zero_grad()
        total = 0.0
        for part in range(accumulate):
            inputs, labels = batch(step * accumulate + part, dtype)
            loss = F.cross_entropy(net(inputs), labels) / accumulate
            loss.backward()
            total += loss.item()
        if "clip" in extra:
            result["norms"].append(torch.nn.utils.clip_grad_norm_(net.parameters(), extra["clip"]).item())
        optimizer.step()
        scheduler.step()
        result["losses"].append(total)
    return net, result


def sampled(tensor):
    """Enough of a tensor to tell it from another: mean, mean square, first to last element in seven strides."""
    flat = tensor.detach().double().flatten()
    count = flat.numel()
    return [flat.mean().item(), flat.square().mean().item()] + [flat[k * (count - 1) // 7].item() for k in range(8)]


def float32_losses():
    """What a process of one instruction set prints: the losses of every run, with one thread and with two."""
    print(json.dumps({name: [train(slower(run), torch.float32, threads)[1]["losses"] for threads in (1, 2)]
                      for name, run in RUNS.items()}))


def float32_of_all_instruction_sets():
    command, result = [sys.executable, __file__, "--float32-losses"], {}
    for name, settings in INSTRUCTION_SETS.items():
        done = subprocess.run(command, env={**os.environ, **settings}, check=True, stdout=subprocess.PIPE)
        result[name] = json.loads(done.stdout)
    return result


def spread(losses):
    """The largest difference in any step."""
    return float(np.ptp(np.array(losses), axis=0).max())


def training(folder):
    float32 = float32_of_all_instruction_sets()
    for name, run in RUNS.items():
        net, result = train(run, torch.float64, 1)
        exact = train(slower(run), torch.float64, 1)[1]["losses"]
        threads = float32["avx512"][name]
        everything = [exact, *itertools.chain.from_iterable(losses[name] for losses in float32.values())]
        result.update(float32_rate=FLOAT32_RATE, float32_losses=threads[0],
                      float32_spread_of_threads=spread(threads), float32_spread=spread(everything))
        tensors = dict(itertools.chain(net.named_parameters(), net.named_buffers()))
        result.update({"final/" + key: sampled(tensor) for key, tensor in tensors.items()})
        kind, settings, extra = run
        write(folder, f"train-{name}", dict(optimizer=kind, settings=settings, extra=extra, **result))
        print(f"{name}: losses {result['losses'][0]:.4f} .. {result['losses'][-1]:.4f}, float32 spread"
              f" {result['float32_spread']:.3g}, of threads {result['float32_spread_of_threads']:.3g}")


# What the optimisers refuse.

GRIDS = {
    SGD: (torch.optim.SGD, dict(lr=[-1.0, 0.0, 0.1], momentum=[-0.1, 0.0, 0.9], dampening=[-0.1, 0.0, 0.1],
                                weight_decay=[-0.1, 0.0, 0.1], nesterov=[False, True])),
    ADAMW: (torch.optim.AdamW, dict(lr=[-1.0, 0.0, 0.1], beta1=[-0.1, 0.0, 0.9, 1.0], beta2=[-0.1, 0.0, 0.999, 1.0],
                                    eps=[-1.0, 0.0, 1e-8], weight_decay=[-0.1, 0.0, 0.1])),
}


def refusals(folder):
    for name, (kind, grid) in GRIDS.items():
        cases = []
        for values in itertools.product(*grid.values()):
            settings = dict(zip(grid, values))
            arguments = dict(settings)
            if "beta1" in arguments:
                arguments["betas"] = (arguments.pop("beta1"), arguments.pop("beta2"))
            try:
                kind([torch.zeros(1)], **arguments)
                message = ""
            except ValueError as e:
                message = str(e)
            cases.append([*values, message])
        write(folder, f"refused-{name}", dict(names=list(grid), cases=cases))


# Learning rates over 30 epochs of two groups.

EPOCHS, BASE = 30, [0.0013, 0.01]


def warmup(epochs, factor, after):
    def make(optimizer):
        linear = S.LinearLR(optimizer, start_factor=factor, total_iters=epochs)
        return S.SequentialLR(optimizer, [linear, after(optimizer)], milestones=[epochs])
    return make


def step(size, gamma):
    return lambda optimizer: S.StepLR(optimizer, step_size=size, gamma=gamma)


def cosine(epochs, lowest):
    return lambda optimizer: S.CosineAnnealingLR(optimizer, T_max=epochs, eta_min=lowest)


def constant(optimizer):
    return S.ConstantLR(optimizer, factor=1.0)


def plateau(factor, patience, lowest):
    return lambda optimizer: S.ReduceLROnPlateau(optimizer, factor=factor, patience=patience, min_lr=lowest)


SCHEDULES = {
    "step 7 0.1": step(7, 0.1), "step 1 0.97": step(1, 0.97), "step 40 0.1": step(40, 0.1), "step 3 0": step(3, 0.0),
    "cosine 30 0": cosine(30, 0.0), "cosine 30 0.00001": cosine(30, 1e-5), "cosine 10 0.0001": cosine(10, 1e-4),
    "cosine 7 0": cosine(7, 0.0), "cosine 1 0": cosine(1, 0.0),
    "plateau 0.1 2 0": plateau(0.1, 2, 0.0), "plateau 0.5 0 0.002": plateau(0.5, 0, 0.002),
    "plateau 0.1 10 0": plateau(0.1, 10, 0.0), "plateau 0.000001 1 0": plateau(1e-6, 1, 0.0),
    "constant": constant,
    "warmup 3 0.01 step 7 0.1": warmup(3, 0.01, step(7, 0.1)),
    "warmup 5 0.01 cosine 25 0": warmup(5, 0.01, cosine(25, 0.0)),
    "warmup 5 0.3 cosine 10 0.0001": warmup(5, 0.3, cosine(10, 1e-4)),
    "warmup 1 0.5 constant": warmup(1, 0.5, constant),
    "warmup 4 1 step 2 0.5": warmup(4, 1.0, step(2, 0.5)),
}


def observed():
    """Validation losses that fall, stall, fall by less and by more than the threshold, and are once not a number."""
    generator = random.Random(1)
    losses = [round(1.5 * 0.8 ** min(epoch, 12) + generator.uniform(0, 0.05), 4) for epoch in range(EPOCHS)]
    losses[3] = losses[2] * (1 - 0.5e-4)
    losses[5] = min(losses[:5]) * (1 - 1e-4)
    losses[9] = math.nan
    return losses


def schedules(folder):
    losses, result = observed(), {}
    for name, make in SCHEDULES.items():
        optimizer = torch.optim.SGD([dict(params=[torch.zeros(1)], lr=lr) for lr in BASE], lr=1.0)
        scheduler, rates = make(optimizer), []
        for epoch in range(EPOCHS):
            rates.append([group["lr"] for group in optimizer.param_groups])
            optimizer.step()
            scheduler.step(losses[epoch]) if name.startswith("plateau") else scheduler.step()
        result[name] = rates
    write(folder, "schedules", dict(base=BASE, losses=[None if math.isnan(loss) else loss for loss in losses], **result))


# Losses and ranks.

def cross_entropies(folder):
    n, c = 6, 5
    labels = torch.tensor([0, 4, 2, 2, 1, 4])
    logits = uniform(1, 3.0, n, c).double()
    weight = uniform(2, 0.5, c).double() + 1
    soft = F.softmax(uniform(3, 3.0, n, c).double(), 1)
    cases = dict(logits=logits.flatten().tolist(), labels=labels.tolist(), weight=weight.tolist(),
                 soft=soft.flatten().tolist(), classes=c)
    for target, weighted, smoothing in itertools.product(("labels", "soft"), (False, True), (0.0, 0.1, 1.0)):
        x = logits.clone().requires_grad_()
        loss = F.cross_entropy(x, labels if target == "labels" else soft, weight=weight if weighted else None,
                               label_smoothing=smoothing)
        loss.backward()
        cases[f"{target} {str(weighted).lower()} {smoothing}"] = [loss.item()] + x.grad.flatten().tolist()
    write(folder, "cross-entropy", cases)


def ranks(folder):
    rows = [[1, 1, 0, 0], [0, 2, 2, 1], [3, 3, 3, 3], [0, 1, 1, 1], [-1, -1, -2, -1], [0, math.nan, 5, math.nan]]
    generator = random.Random(2)
    rows += [[generator.randrange(4) for _ in range(4)] for _ in range(40)]
    wide = [[generator.randrange(6) for _ in range(101)] for _ in range(20)]
    result = {}
    for name, table in (("narrow", rows), ("wide", wide)):
        x = torch.tensor(table, dtype=torch.float32)
        result[name + " values"] = [[None if math.isnan(v) else v for v in row] for row in table]
        result[name + " max"] = x.max(dim=1).indices.tolist()
        result[name + " argmax"] = x.argmax(dim=1).tolist()
        result[name + " top3"] = x.topk(3, dim=1).indices.tolist()
    result["wide top5"] = x.topk(5, dim=1).indices.tolist()
    write(folder, "ranks", result)


def write(folder, name, values):
    """JSON with one entry a line."""
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, allow_nan=False)}" for key, value in values.items())
    (folder / f"{name}.json").write_text("{\n" + lines + "\n}\n")


def main():
    if sys.argv[1:] == ["--float32-losses"]:
        return float32_losses()
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for make in (refusals, schedules, cross_entropies, ranks, training):
        make(folder)
    versions = dict(torch=torch.__version__, torchvision=torchvision.__version__, cpu=torch.backends.cpu.get_cpu_capability())
    write(folder, "made-with", versions)


if __name__ == "__main__":
    main()
