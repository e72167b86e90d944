#!/usr/bin/env python3
"""Writes what torchvision's architectures compute from weights that are a formula.

For each architecture: the names and shapes of its state dict and how large its tensors start, the
logits and the first features of one 224-pixel image (and of two 96x128 ones, where any size will do) in
eval mode, BatchNorm's running statistics after one step in training mode, and what that drops how often.
The weights need no file: value i of the tensor named n is a hash of (CRC-32 of n, i), scaled by the kind
of tensor; Formula.java computes the same, bit for bit. Needs torch 2.10 and torchvision 0.25, for example in a virtual environment under target/.

    scripts/make-architecture-references.py [FOLDER]
"""
import gzip
import math
import pathlib
import sys
import zlib

import numpy as np
import torch
import torchvision

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "native-tests/dev/graft/model/architectures"

# The gain of the weights of two and more dimensions over sqrt(3 / fan in), chosen for each architecture
# such that the logits differ by a few units from each other and from one image to the next.
GAIN = {"resnet18": 1.0, "resnet34": 0.95, "resnet50": 1.0, "resnet101": 0.9, "mobilenet_v2": 1.3,
        "mobilenet_v3_large": 1.31, "efficientnet_b0": 1.51, "convnext_tiny": 1.4, "vit_b_16": 1.4,
        "resnet18_w16": 1.0}
# Whose BatchNorms are compared after a step in training mode: all, or those that no random number reaches.
TRAINED = {"resnet50": "", "mobilenet_v2": "", "mobilenet_v3_large": "",
           "efficientnet_b0": ("features.0.", "features.1.", "features.2.0.", "features.2.1.")}


def uniform(name, count):
    """Uniform in [-1, 1), exact in float32."""
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(zlib.crc32(name.encode()))
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x7FEB352D)
        x ^= x >> np.uint32(15)
        x *= np.uint32(0x846CA68B)
        x ^= x >> np.uint32(16)
    return ((x >> np.uint32(8)).astype(np.int32) - (1 << 23)).astype(np.float32) / np.float32(1 << 23)


def value(name, shape, gain):
    """A tensor of a state dict: centre + scale * uniform, in float32."""
    count = math.prod(shape)
    if name.endswith("running_var"):
        centre, scale = 1, 0.5
    elif name.endswith("layer_scale"):
        centre, scale = 0.5, 0.25
    elif name.endswith(("token", "pos_embedding")):
        centre, scale = 0, 0.5
    elif len(shape) > 1:
        centre, scale = 0, gain * math.sqrt(3 / (count // shape[0]))
    elif name.endswith("weight"):
        centre, scale = 1, 0.1
    else:
        centre, scale = 0, 0.1
    return torch.from_numpy(np.float32(centre) + np.float32(scale) * uniform(name, count)).reshape(shape)


def images(name, n, height, width):
    """Noise on squares of 32 pixels, together about as large as normalised pixels."""
    fine = uniform(name, n * 3 * height * width).reshape(n, 3, height, width)
    coarse = uniform(name + " squares", n * 3 * height * width // 1024).reshape(n, 3, height // 32, width // 32)
    return torch.from_numpy(fine + coarse.repeat(32, 2).repeat(32, 3))


def fill(model, gain):
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(value(name, tensor.shape, gain))


class NarrowResNet18(torchvision.models.ResNet):
    """torchvision's ResNet-18 with a quarter of its channels, which torchvision has no argument for."""

    def __init__(self):
        super().__init__(torchvision.models.resnet.BasicBlock, [2, 2, 2, 2])
        self.inplanes = 16
        self.conv1 = torch.nn.Conv2d(3, 16, 7, 2, 3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(16)
        for i in range(4):
            setattr(self, f"layer{i + 1}", self._make_layer(torchvision.models.resnet.BasicBlock, 16 << i, 2, 1 + (i > 0)))
        self.fc = torch.nn.Linear(128, 1000)
        for module in self.modules():  # as ResNet.__init__ does
            if isinstance(module, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def fresh(name):
    torch.manual_seed(0)
    return NarrowResNet18() if name == "resnet18_w16" else getattr(torchvision.models, name)()


def build(name):
    model = fresh(name).eval()
    fill(model, GAIN[name])
    return model


def head(model):
    """The last Linear."""
    return [module for module in model.modules() if type(module) is torch.nn.Linear][-1]


@torch.no_grad()
def outputs(model, x):
    """Logits and the head's input."""
    features = []
    handle = head(model).register_forward_pre_hook(lambda module, args: features.append(args[0]))
    logits = model(x)
    handle.remove()
    return logits, features[0]


@torch.no_grad()
def trained(name):
    """Each BatchNorm's first running mean and variance after one step."""
    model = build(name).train()
    model(images("batch", 4, 96, 96))
    for layer, module in model.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d) and (layer + ".").startswith(TRAINED[name]):
            yield f"{name}\t{layer}\t{module.running_mean[0].item()!r}\t{module.running_var[0].item()!r}"


def state(model):
    """The state dict's names, shapes and root mean squares, in its order."""
    parameters = dict(model.named_parameters())
    for name, tensor in model.state_dict().items():
        kind = "parameter" if name in parameters else "buffer"
        size = tensor.double().square().mean().sqrt()
        yield f"{kind}\t{name}\t{','.join(map(str, tensor.shape))}\t{size:.4g}\n"


def dropped(name, model):
    """The probabilities of Dropout and of the stochastic depth of blocks that have a shortcut."""
    for path, module in model.named_modules():
        kind = type(module).__name__
        parent = model.get_submodule(path.rpartition(".")[0])
        if kind in ("Dropout", "StochasticDepth") and module.p > 0 and getattr(parent, "use_res_connect", True):
            yield f"{name}\t{path}\t{module.p:.6g}"


def compressed(text):
    return gzip.compress(text.encode(), 9, mtime=0)


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    gains, statistics, drops = [], [], []
    for name, gain in GAIN.items():
        model = fresh(name)
        (folder / f"{name}.state.gz").write_bytes(compressed("".join(state(model))))
        drops += dropped(name, model)
        model = build(name)
        logits, features = outputs(model, images("image", 1, 224, 224))
        expected = [logits, features[:, :32]]
        if name != "vit_b_16":
            logits, features = outputs(model, images("images", 2, 96, 128))
            expected += [logits[:, :100], features[:, :32]]
        gains.append(f"{name}\t{gain}")
        (folder / f"{name}.f32").write_bytes(b"".join(t.numpy().astype("<f4").tobytes() for t in expected))
        if name in TRAINED:
            statistics += trained(name)
    header = f"# torch {torch.__version__}, torchvision {torchvision.__version__}; scripts/make-architecture-references.py\n"
    for name, lines in (("gains.tsv", gains), ("trained.tsv", statistics), ("dropped.tsv", drops)):
        (folder / name).write_text(header + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
