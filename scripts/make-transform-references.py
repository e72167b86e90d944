#!/usr/bin/env python3
"""Writes what torchvision's transforms make of images drawn by formula, and where RandomResizedCrop cuts.

transforms.tsv has an image, what is done to it, and a digest of the pixels on each line; the tests draw
the same images by the same formula in integers. crop-boxes.tsv has a histogram of 100,000 draws of
torchvision's RandomResizedCrop for each of some sizes. Needs torch 2.10 and torchvision 0.25, for example
in a virtual environment under target/.

Pillow resizes columns first, then rows, up to version 12.1, which these files are made with. Since 12.2 it
takes rows first where an image is more than 100 times as high as wide, and since 13 also elsewhere where
that is less work: up to one grey level differs. With Pillow 13 the script writes only rows-first.tsv and
rows-first.gz, pixels of images where it does.

    scripts/make-transform-references.py [FOLDER]
"""
import collections
import gzip
import hashlib
import itertools
import math
import pathlib
import sys

import numpy as np
import torch
import torchvision
from PIL import Image, __version__ as pillow_version
from torchvision import transforms as T
from torchvision.transforms import functional as F

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "src/test/resources/dev/graft/image/golden"
VERSIONS = f"Pillow {pillow_version}, torch {torch.__version__}, torchvision {torchvision.__version__}"

ODD_SIZES = ((1, 1), (1, 37), (37, 1), (3, 400), (500, 2), (61, 47), (33, 33), (64, 64))
BOX_SIZES = ((500, 375), (333, 500), (300, 40), (224, 224), (61, 47))
DRAWS = 100_000


def draw(kind, width, height, seed):
    """An image by formula, in integers, the same in Drawings.java."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    mixed = (x * 374761393 + y * 668265263 + c * 1274126177 + seed * 974711) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1103515245) & 0xFFFFFFFF
    mixed ^= mixed >> 16
    if kind == "noise":
        values = mixed & 255
    elif kind == "grey":
        values = np.repeat(mixed[:, :, :1] & 255, 3, 2)
    elif kind == "saturated":
        values = (mixed & 1) * 255
    elif kind == "colours":  # 4096 x 4096: each of the 2^24 once
        values = (y * width + x) >> (8 * c) & 255
    elif kind == "flat":
        values = np.choose(c, [seed, 255 - seed, 77])
    else:  # gradients, sharp edges and a little noise
        values = np.choose(c, [255 * x // max(width - 1, 1), 255 * y // max(height - 1, 1), (3 * x + 5 * y) % 256])
        values = np.where((x // 7 + y // 5) % 4 == 0, 255 - values, values) + (mixed & 15) - 8
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def done(image, step):
    """One step of torchvision on an image; the last may give the normalised floats."""
    name, *numbers = step.split()
    n = [float(number) for number in numbers]
    whole = [int(v) for v in n]
    if name == "resize":
        return T.Resize(whole[0])(image)
    if name == "center-crop":
        return T.CenterCrop(whole[0])(image)
    if name == "resized-crop":  # x, y, width, height, size
        return F.resized_crop(image, whole[1], whole[0], whole[3], whole[2], [whole[4], whole[4]])
    if name == "flip":
        return F.hflip(image)
    if name == "rotate":
        return F.rotate(image, n[0], fill=0)
    if name == "normalize":
        return T.Normalize(n[:3], n[3:])(T.ToTensor()(image)).numpy().astype("<f4")
    adjust = {"brightness": F.adjust_brightness, "contrast": F.adjust_contrast,
              "saturation": F.adjust_saturation, "hue": F.adjust_hue}
    return adjust[name](image, n[0])


def cases():
    """Pairs of an image and the steps it goes through."""
    for width, height in ODD_SIZES:
        image = f"drawing {width} {height} 1"
        for size in (1, 2, 32, 57):
            yield image, f"resize {size}"
        for size in (1, 2, 3, 50, 51):
            yield image, f"center-crop {size}"
        yield image, "resize 40; center-crop 35"
        yield image, "resize 20; center-crop 35"
        yield image, "flip"
        boxes = {(0, 0, width, height), (0, 0, 1, 1), (width - 1, height - 1, 1, 1),
                 (width // 3, height // 3, width - width // 3, height - height // 3)}
        for x, y, w, h in sorted(boxes):
            for size in (1, 24, 65):
                yield image, f"resized-crop {x} {y} {w} {h} {size}"
            yield image, f"resized-crop {x} {y} {w} {h} 24; flip"
        for angle in (0, 90, 180, 270, -90, 360, 0.01, -0.01, 45, -45, 359.9, 13.7, -170.2, 120):
            yield image, f"rotate {angle}"
    for image in ("drawing 3000 1 4", "drawing 1 3000 4"):  # too large to keep after the resize
        yield image, "resize 256; center-crop 224"
    for image in ("noise 1 40000 2", "noise 40000 3 2"):  # beyond 16 bits
        for angle in (180, 0.01, -90.5, 33):
            yield image, f"rotate {angle}"
    yield "noise 224 224 3", "rotate 0.000000000001"
    for image in ("drawing 61 47 2", "noise 64 64 3", "grey 33 33 4", "saturated 48 32 5",
                  "flat 7 5 0", "flat 7 5 255", "flat 5 7 128", "noise 1 1 6", "noise 1 37 7"):
        for name in ("brightness", "contrast", "saturation"):
            for factor in (0, 0.25, 0.5, 0.999, 1, 1.001, 1.4, 2, 7.5):
                yield image, f"{name} {factor}"
        for shift in (-0.5, -0.25, -0.1, -0.003, 0, 0.003, 0.004, 0.1, 0.3, 0.5):
            yield image, f"hue {shift}"
    steps = ("brightness 1.3", "contrast 0.7", "saturation 1.5", "hue -0.12")
    for order in itertools.permutations(steps):
        yield "drawing 61 47 2", "; ".join(order)
    for step in ("hue 0.25", "hue -0.43", "saturation 1.7"):
        yield "colours 4096 4096 0", step
    yield "drawing 300 200 8", "resized-crop 31 17 200 150 128; flip; rotate -12.5; hue 0.05; contrast 1.2; brightness 0.8"
    yield "drawing 64 97 9", "rotate 30; resize 48; center-crop 32; saturation 0.4; flip; rotate 200"
    yield "noise 64 64 1", "normalize 0.485 0.456 0.406 0.229 0.224 0.225"
    yield "noise 64 64 1", "normalize 0.5 0 1 0.25 1 0.5"


# What Pillow 13 resizes rows first.
ROWS_FIRST = (("drawing 3 400 1", "resize 1"), ("drawing 3 400 1", "resized-crop 0 0 3 400 24"),
              ("noise 10 200 1", "resized-crop 0 0 10 200 24"), ("noise 100 200 1", "resized-crop 0 0 100 200 32"),
              ("drawing 300 400 1", "resized-crop 10 10 280 380 64"), ("drawing 300 400 1", "resize 71; center-crop 64"))


def pixels(drawn, steps):
    kind, *numbers = drawn.split()
    image = draw(kind, *map(int, numbers))
    for step in steps.split("; "):
        image = done(image, step)
    return image.tobytes()


def transforms():
    lines = [f"# {VERSIONS}; scripts/make-transform-references.py"]
    for drawn, steps in cases():
        lines.append(f"{drawn}\t{steps}\t{hashlib.sha256(pixels(drawn, steps)).hexdigest()[:16]}")
    return lines


def rows_first(folder):
    every = [pixels(*case) for case in ROWS_FIRST]
    (folder / "rows-first.gz").write_bytes(gzip.compress(b"".join(every), 9, mtime=0))
    return [f"# {VERSIONS}; scripts/make-transform-references.py"] + ["\t".join(case) for case in ROWS_FIRST]


def position(at, room):
    """Where a box is along an edge: 0 none to choose, 1 first, 2 to 5 quarters between, 6 last."""
    if room == 0:
        return 0
    return 1 if at == 0 else 6 if at == room else 2 + 4 * at // (room + 1)


def quartiles(values):
    """Borders that split values into four about equal parts, as far as ties allow."""
    ordered = sorted(values)
    return sorted({ordered[len(ordered) * i // 4] for i in (1, 2, 3)})


def boxes():
    """For each size: the borders of areas and of width / height, then the count of each cell."""
    lines = [f"# {VERSIONS}, {DRAWS} draws a size; scripts/make-transform-references.py"]
    torch.manual_seed(20)
    for width, height in BOX_SIZES:
        image = Image.new("L", (width, height))
        draws = [T.RandomResizedCrop.get_params(image, (0.08, 1), (3 / 4, 4 / 3)) for _ in range(DRAWS)]
        areas = quartiles(h * w for _, _, h, w in draws)
        ratios = quartiles(w / h for _, _, h, w in draws)
        counts = collections.Counter()
        for y, x, h, w in draws:
            area = sum(h * w >= border for border in areas)
            ratio = sum(w / h >= border for border in ratios)
            counts[f"{area}{ratio}{position(x, width - w)}{position(y, height - h)}"] += 1
        borders = " ".join(map(str, areas)), " ".join(map(repr, ratios))
        cells = " ".join(f"{cell}:{count}" for cell, count in sorted(counts.items()))
        lines.append("\t".join((str(width), str(height), *borders, cells)))
    return lines


def edges():
    """How torchvision rounds the edge of a box, for squared edges of halves, quarters and whole pixels."""
    lines = [f"# {VERSIONS}; scripts/make-transform-references.py"]
    return lines + [f"{v * v}\t{int(round(math.sqrt(v * v)))}" for v in (i / 4 for i in range(1, 200))]


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    version = tuple(map(int, pillow_version.split(".")[:2]))
    if version >= (13, 0):
        files = {"rows-first.tsv": rows_first(folder)}
    elif version < (12, 2):
        files = {"transforms.tsv": transforms(), "crop-boxes.tsv": boxes(), "crop-edges.tsv": edges()}
    else:
        sys.exit(f"Pillow {pillow_version} mixes two orders of resizing: use 12.1, or 13 for rows-first.tsv")
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
