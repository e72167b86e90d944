#!/usr/bin/env python3
"""The Python side of scripts/bench: torch and torchvision doing what graft does.

Reads one JSON object a line from standard input and answers each with one line, as the package
dev.graft.bench.worker describes. With --once SPEC it does one job as a process of its own.
Works with torch 1.13 and torchvision 0.14, and with newer ones.
"""
import argparse
import json
import os
import platform
import sys
import tempfile
import time
import traceback
from pathlib import Path

import numpy
import PIL
import torch
import torchvision
from PIL import Image
from torch import nn
from torchvision import datasets, models, transforms

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
SHOWN = 4


class Unsupported(Exception):
    """Something that this Python cannot do; the row is skipped."""


def training_transform():
    return transforms.Compose([
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize(MEAN, STD),
    ])


def evaluation_transform(normalised=True):
    steps = [transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor()]
    return transforms.Compose(steps + [transforms.Normalize(MEAN, STD)] * normalised)


def network(spec):
    """torchvision's ResNet-18 with the weights of the TorchScript file that graft starts from."""
    state = torch.jit.load(spec["model"]).state_dict()
    model = models.resnet18()
    model.fc = nn.Linear(model.fc.in_features, len(state["fc.bias"]))
    model.load_state_dict(state)
    if spec.get("channels_last"):
        model = model.to(memory_format=torch.channels_last)
    return model


def fixed_input(spec):
    count = spec["batch"] * 3 * 224 * 224
    values = numpy.fromfile(spec["input"], dtype="<f4", count=count)
    return laid_out(spec, torch.from_numpy(values).reshape(spec["batch"], 3, 224, 224))


def laid_out(spec, images):
    if spec.get("channels_last"):
        return images.contiguous(memory_format=torch.channels_last)
    return images


def autocast(spec):
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=spec["precision"] == "bf16")


def logits(spec, model):
    model.eval()
    with torch.no_grad(), autocast(spec):
        return model(fixed_input(spec)).float().numpy()


class Step:
    """One training step on fixed images."""

    def __init__(self, spec):
        self.spec = spec
        self.model = network(spec)
        self.images = fixed_input(spec)
        self.labels = torch.arange(spec["batch"]) % 2
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.001, momentum=0.9)

    def prepare(self):
        self.model.train()

    def once(self):
        self.optimizer.zero_grad()
        with autocast(self.spec):
            loss = self.criterion(self.model(self.images), self.labels)
        loss.backward()
        self.optimizer.step()

    def answer(self):
        return logits(self.spec, self.model)


class Epoch:
    """The training call of PyTorch's transfer-learning tutorial on a folder of images.

    The settings of the spec make it the tutorial's script (4 workers, float32, contiguous) or a
    tuned one (other workers, bfloat16 autocast, channels last).
    """

    def __init__(self, spec):
        self.spec = spec
        root = Path(spec["data"])
        self.sets = {
            "train": datasets.ImageFolder(root / "train", training_transform()),
            "val": datasets.ImageFolder(root / "val", evaluation_transform()),
        }
        self.model = None

    def prepare(self):
        self.model = network(self.spec)
        trained = self.model.parameters()
        if self.spec["freeze"] == "backbone":
            for name, parameter in self.model.named_parameters():
                parameter.requires_grad = name.startswith("fc.")
            trained = self.model.fc.parameters()
        self.optimizer = torch.optim.SGD(trained, lr=0.001, momentum=0.9)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, step_size=7, gamma=0.1)
        self.criterion = nn.CrossEntropyLoss()
        self.loaders = {
            phase: torch.utils.data.DataLoader(
                images, batch_size=self.spec["batch"], shuffle=True,
                num_workers=self.spec["workers"])
            for phase, images in self.sets.items()
        }

    def once(self):
        """Trains and validates each epoch, keeps the best epoch's weights in a file, restores them."""
        with tempfile.TemporaryDirectory() as folder:
            best_file = os.path.join(folder, "best.pt")
            torch.save(self.model.state_dict(), best_file)
            best = 0.0
            for _ in range(self.spec["epochs"]):
                self.pass_over("train")
                self.scheduler.step()
                accuracy = self.pass_over("val")
                if accuracy > best:
                    best = accuracy
                    torch.save(self.model.state_dict(), best_file)
            self.model.load_state_dict(torch.load(best_file))

    def pass_over(self, phase):
        """Runs one phase of an epoch and returns its accuracy."""
        training = phase == "train"
        self.model.train(training)
        loss_sum, correct = 0.0, 0
        for images, labels in self.loaders[phase]:
            images = laid_out(self.spec, images)
            self.optimizer.zero_grad()
            with torch.set_grad_enabled(training):
                with autocast(self.spec):
                    outputs = self.model(images)
                    loss = self.criterion(outputs, labels)
                predicted = outputs.argmax(1)
                if training:
                    loss.backward()
                    self.optimizer.step()
            loss_sum += loss.item() * len(images)
            correct += torch.sum(predicted == labels)
        return float(correct) / len(self.sets[phase])

    def answer(self):
        return logits(self.spec, network(self.spec))


class Decode:
    """All images of a list, one after another: file, decode, transform, normalise."""

    def __init__(self, spec):
        self.files = Path(spec["files"]).read_text().splitlines()
        train = spec["transforms"] == "train"
        self.transform = training_transform() if train else evaluation_transform()

    def prepare(self):
        pass

    def once(self):
        for file in self.files:
            self.load(file, self.transform)

    @staticmethod
    def load(file, transform):
        with open(file, "rb") as stream:
            return transform(Image.open(stream).convert("RGB"))

    def answer(self):
        """The pixels of the first images in grey levels, after the transforms of evaluation."""
        plain = evaluation_transform(normalised=False)
        return torch.stack([self.load(file, plain) for file in self.files[:SHOWN]]).numpy() * 255


WORKLOADS = {"step": Step, "epoch": Epoch, "decode": Decode}


def open_workload(spec):
    if spec["workload"] not in WORKLOADS:
        raise Unsupported(f"Python's worker has no {spec['workload']}")
    if "threads" in spec:
        torch.set_num_threads(spec["threads"])
    torch.manual_seed(0)
    return WORKLOADS[spec["workload"]](spec)


def run(workload, repeat):
    seconds = []
    for _ in range(repeat):
        workload.prepare()
        start = time.perf_counter()
        workload.once()
        seconds.append(time.perf_counter() - start)
    return seconds


def resident():
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def facts():
    return {
        "python": platform.python_version(),
        "libtorch": torch.__version__,
        "torchvision": torchvision.__version__,
        "pillow": PIL.__version__,
        "threads": torch.get_num_threads(),
        "OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "unset"),
    }


class Worker:
    """Answers orders until standard input ends."""

    def __init__(self):
        self.workloads = {}

    def obey(self, order):
        name = order.get("name", "")
        if order["do"] == "open":
            self.workloads[name] = open_workload(order["spec"])
        elif order["do"] == "answer":
            numpy.asarray(self.workloads[name].answer(), dtype="<f4").tofile(order["file"])
        elif order["do"] == "run":
            return {"seconds": run(self.workloads[name], order["repeat"]), "resident": resident()}
        elif order["do"] == "facts":
            return facts()
        else:
            raise ValueError(f"Unknown order {order['do']}")
        return {"done": order["do"]}

    def reply(self, line):
        try:
            return self.obey(json.loads(line))
        except Unsupported as e:
            return {"unsupported": str(e)}
        except Exception as e:  # whatever it is, the driver names the row that it ended
            traceback.print_exc()
            return {"error": f"{type(e).__name__}: {e}"}

    def serve(self):
        replies, sys.stdout = sys.stdout, sys.stderr
        for line in sys.stdin:
            print(json.dumps(self.reply(line)), file=replies, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--once", metavar="SPEC", help="do one job, then end")
    arguments = parser.parse_args()
    if arguments.once:
        print(json.dumps({"seconds": run(open_workload(json.loads(arguments.once)), 1)}))
    else:
        Worker().serve()


if __name__ == "__main__":
    main()
