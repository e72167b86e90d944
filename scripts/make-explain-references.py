#!/usr/bin/env python3
"""Writes the Grad-CAM heat maps that PyTorch computes for drawn images and weights that are a formula.

For a ResNet-18 and a ViT-B/16 of torchvision's with three classes, five images and each class: the class's
probability, and the map before it is resized, as Selvaraju et al. 2017 define it. It is taken where Python
users take it: after layer4, and after the last block's first LayerNorm without the class token. The weights
are those of make-architecture-references.py, which Formula.java computes too. Needs torch 2.10 and
torchvision 0.25, for example in a virtual environment under target/.

    scripts/make-explain-references.py [FOLDER]
"""
import importlib
import pathlib
import sys

import torch
import torchvision
from PIL import Image, ImageDraw
from torchvision import transforms

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "native-tests/dev/graft/explain/references"
CLASSES = 3
SIZES = [(90, 60), (60, 90), (64, 64), (120, 50), (70, 80)]
PREPARE = transforms.Compose([
    transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
architectures = importlib.import_module("make-architecture-references")


def draw(number, width, height):
    """A gradient with a disc, a bar and a triangle, at other places and in other colours in each image."""
    image = Image.linear_gradient("L").resize((width, height)).rotate(90 * number).resize((width, height)).convert("RGB")
    pen = ImageDraw.Draw(image)
    x, y, r = width * (1 + number) // 7, height * (6 - number) // 7, min(width, height) // 5
    pen.ellipse((x - r, y - r, x + r, y + r), fill=(250 - 40 * number, 60 * number, 40))
    pen.rectangle((width - x - r // 2, 0, width - x + r // 2, height // 2), fill=(20, 200 - 30 * number, 230))
    pen.polygon([(0, height), (width // 3, height), (width // 6, height // 2)], fill=(240, 220, 50 * number))
    return image


def layer(name, model):
    return model.layer4 if name == "resnet18" else model.encoder.layers[-1].ln_1


def features(tensor):
    """[1, C, S, S] of a map or of a class token and S * S others."""
    if tensor.dim() == 4:
        return tensor
    side = round((tensor.shape[1] - 1) ** 0.5)
    return tensor[:, 1:].transpose(1, 2).reshape(1, -1, side, side)


def grad_cam(name, model, x, label):
    """The class's probability and its map, the largest value 1."""
    seen = []
    handle = layer(name, model).register_forward_hook(lambda module, args, output: seen.append(output))
    logits = model(x)
    handle.remove()
    gradient, = torch.autograd.grad(logits[0, label], seen[0])
    weights = features(gradient).mean((2, 3), keepdim=True)
    heat = (weights * features(seen[0])).sum(1)[0].relu().detach()
    return logits.softmax(1)[0, label].item(), heat / heat.max() if heat.max() > 0 else heat


def build(name):
    model = getattr(torchvision.models, name)(num_classes=CLASSES).eval()
    with torch.no_grad():
        architectures.fill(model, architectures.GAIN[name])
    return model


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for number, size in enumerate(SIZES):
        names.append(f"{number}.png")
        draw(number, *size).save(folder / names[-1])
    lines = [f"# torch {torch.__version__}, torchvision {torchvision.__version__}; scripts/make-explain-references.py",
             "# architecture, gain of the formula, image, class, its probability; the maps follow each other in the .f32"]
    for name in ("resnet18", "vit_b_16"):
        model, maps = build(name), []
        for image in names:
            x = PREPARE(Image.open(folder / image).convert("RGB"))[None]
            for label in range(CLASSES):
                probability, heat = grad_cam(name, model, x, label)
                lines.append(f"{name}\t{architectures.GAIN[name]}\t{image}\t{label}\t{probability!r}")
                maps.append(heat.numpy().astype("<f4").tobytes())
        (folder / f"{name}.f32").write_bytes(b"".join(maps))
    (folder / "index.tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
