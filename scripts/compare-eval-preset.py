#!/usr/bin/env python3
"""Compares graft's evaluation preset with torchvision's on Pillow images, over the images of a folder.

Prints the mean, 99th percentile and largest difference in grey levels over all 224 x 224 x 3 values of all
images, how many images differ at all, and a digest of torchvision's pixels in the order of the paths. Needs torchvision, and the project compiled (mvn test-compile).

    scripts/compare-eval-preset.py FOLDER
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image
from torchvision import transforms as T

ROOT = pathlib.Path(__file__).resolve().parent.parent
EVAL = T.Compose([T.Resize(256), T.CenterCrop(224)])


def class_path(folder):
    listing = folder / "class-path"
    subprocess.run(["mvn", "-B", "-q", "dependency:build-classpath", f"-Dmdep.outputFile={listing}"], cwd=ROOT, check=True)
    return f"{ROOT}/target/test-classes:{ROOT}/target/classes:{listing.read_text().strip()}"


def main():
    data = pathlib.Path(sys.argv[1])
    files = sorted(f for f in data.rglob("*") if f.suffix.lower() in (".jpg", ".jpeg", ".png", ".bmp", ".webp"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        subprocess.run(["java", "-cp", class_path(folder), "dev.graft.image.DumpEvalPixels", folder],
                       input="\n".join(map(str, files)), text=True, check=True)
        counts, differing, digest = np.zeros(256, np.int64), 0, hashlib.sha256()
        for number, file in enumerate(files):
            expected = np.asarray(EVAL(Image.open(file).convert("RGB"))).astype(int)
            digest.update(expected.astype(np.uint8).tobytes())
            actual = np.fromfile(folder / f"{number}.rgb", np.uint8).reshape(expected.shape).astype(int)
            difference = np.abs(expected - actual)
            counts += np.bincount(difference.ravel(), minlength=256)
            differing += bool(difference.any())
    total = counts.sum()
    mean = (counts * np.arange(256)).sum() / total
    p99 = int(np.searchsorted(np.cumsum(counts), 0.99 * total))
    print(f"sha256 of torchvision's pixels: {digest.hexdigest()}")
    print(f"{len(files)} images: mean {mean:.4f}, p99 {p99}, max {counts.nonzero()[0].max()}; {differing} images differ")


if __name__ == "__main__":
    main()
