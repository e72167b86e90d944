#!/usr/bin/env python3
"""Draws the golden images of native-tests/dev/graft/image/golden and what torchvision makes of them.

The images are drawn here (gradients, discs, noise), so they belong to the project. Expected pixels are
those of Pillow's convert("RGB") and of torchvision's transforms on Pillow images. Needs Pillow, numpy,
torch and torchvision; on Debian: /usr/bin/python3 with python3-torchvision. Pillow must not be newer than
12.1: make-transform-references.py says why.

    scripts/make-image-references.py [FOLDER]
"""
import gzip
import hashlib
import io
import pathlib
import struct
import sys
import warnings
import zlib

import numpy as np
import torch
import torchvision
from PIL import Image, __version__ as pillow_version
from torchvision import transforms as T
from torchvision.transforms import functional as F

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "native-tests/dev/graft/image/golden"
EVAL = T.Compose([T.Resize(256), T.CenterCrop(224)])


def drawing(width, height, seed=0, noise=12):
    """A gradient with discs and a little noise: smooth parts, sharp edges, all three channels different."""
    rng = np.random.RandomState(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    rgb = np.stack([255 * x / max(width - 1, 1), 255 * y / max(height - 1, 1), 127 + 120 * np.sin((x + 2 * y) / 9)], -1)
    for _ in range(6):
        cx, cy, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.05, 0.25) * min(width, height)
        rgb[(x - cx) ** 2 + (y - cy) ** 2 < r * r] = rng.uniform(0, 255, 3)
    rgb += rng.uniform(-noise, noise, rgb.shape)
    return Image.fromarray(np.clip(np.rint(rgb), 0, 255).astype(np.uint8))


def with_alpha(image):
    """Adds an alpha ramp that is 0 on the left: a reader that blends, or clears what is transparent, shows."""
    width, height = image.size
    alpha = np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1))
    image = image.convert("RGB" if image.mode == "RGB" else "L")
    image.putalpha(Image.fromarray(alpha))
    return image


def png(ihdr, rows, extra=b"", after=b""):
    """A PNG that Pillow cannot write: IHDR fields and raw scan lines, filter bytes included."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", *ihdr)) + extra
            + chunk(b"IDAT", zlib.compress(rows)) + after + chunk(b"IEND", b""))


def png_rows(array):
    """Scan lines with filter type 0."""
    return b"".join(b"\0" + row.tobytes() for row in array)


def interlaced(image):
    """Adam7 scan lines of an RGB image."""
    pixels = np.asarray(image)
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    return b"".join(png_rows(pixels[y::dy, x::dx]) for y, x, dy, dx in passes if pixels[y::dy, x::dx].size)


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def rewritten(jpeg, marker, change):
    """Replaces the body of the first JPEG segment with this marker by change(body); None removes it."""
    at = 2
    while jpeg[at + 1] != marker:
        at += 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
    length = struct.unpack(">H", jpeg[at + 2:at + 4])[0]
    body = change(jpeg[at + 4:at + 2 + length])
    segment = b"" if body is None else jpeg[at:at + 2] + struct.pack(">H", len(body) + 2) + body
    return jpeg[:at] + segment + jpeg[at + 2 + length:]


def jpegs():
    small, photo = drawing(61, 47, 1), drawing(300, 203, 2, noise=4)
    yield "landscape.jpg", saved(photo, "JPEG", quality=85)
    yield "portrait.jpg", saved(drawing(201, 333, 3, noise=3), "JPEG", quality=60)
    yield "square-256.jpg", saved(drawing(256, 256, 4, noise=0), "JPEG", quality=75)
    for quality in (5, 50, 100):
        yield f"quality-{quality}.jpg", saved(small, "JPEG", quality=quality)
    for subsampling in (0, 1, 2):
        yield f"subsampling-{subsampling}.jpg", saved(small, "JPEG", quality=90, subsampling=subsampling)
    yield "progressive.jpg", saved(small, "JPEG", quality=80, progressive=True)
    yield "grey.jpg", saved(small.convert("L"), "JPEG", quality=80)
    yield "pixel.jpg", saved(drawing(1, 1), "JPEG")
    yield "column.jpg", saved(drawing(1, 37), "JPEG")
    yield "row.jpg", saved(drawing(37, 1), "JPEG")
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "orientation-6.jpg", saved(small, "JPEG", quality=80, exif=exif)
    yield "trailing-bytes.jpg", saved(small, "JPEG", quality=80) + b"\0" * 40 + b"after the end"
    yield "fill-bytes.jpg", saved(small, "JPEG", quality=80)[:2] + b"\xff\xff\xff" + saved(small, "JPEG", quality=80)[2:]
    yield "no-jfif.jpg", rewritten(saved(small, "JPEG", quality=80), 0xE0, lambda body: None)
    cmyk = saved(small.convert("CMYK"), "JPEG", quality=92)
    yield "cmyk.jpg", cmyk
    yield "cmyk-with-black.jpg", saved(with_black(small), "JPEG", quality=95)
    yield "cmyk-subsampled.jpg", saved(with_black(drawing(120, 90, 5)), "JPEG", quality=80, subsampling=2)
    yield "cmyk-as-ycck.jpg", rewritten(cmyk, 0xEE, lambda body: body[:-1] + b"\2")
    yield "cmyk-no-adobe.jpg", rewritten(cmyk, 0xEE, lambda body: None)


def with_black(image):
    c, m, y, k = image.convert("CMYK").split()
    k = Image.fromarray((np.asarray(image.convert("L")) // 2).astype(np.uint8))
    return Image.merge("CMYK", (c, m, y, k))


def pngs():
    small = drawing(61, 47, 1)
    ramp = np.arange(61 * 47, dtype=np.uint16).reshape(47, 61) * 22
    yield "rgb.png", saved(small, "PNG")
    yield "rgba.png", saved(with_alpha(small), "PNG")
    yield "grey.png", saved(small.convert("L"), "PNG")
    yield "grey-alpha.png", saved(with_alpha(small.convert("L")), "PNG")
    yield "palette.png", saved(small.quantize(60), "PNG")
    yield "palette-4-bit.png", saved(small.quantize(14), "PNG")
    yield "palette-transparent.png", saved(small.quantize(60), "PNG", transparency=3)
    yield "rgb-transparent.png", saved(small, "PNG", transparency=small.getpixel((5, 5)))
    yield "grey-transparent.png", saved(small.convert("L"), "PNG", transparency=small.convert("L").getpixel((5, 5)))
    yield "one-bit.png", saved(small.convert("1"), "PNG")
    for bits in (2, 4):
        rows = np.random.RandomState(bits).randint(0, 256, (9, 2 * bits), dtype=np.uint8)
        yield f"grey-{bits}-bit.png", png((16, 9, bits, 0, 0, 0, 0), png_rows(rows))
    yield "grey-16-bit.png", png((61, 47, 16, 0, 0, 0, 0), png_rows(ramp.astype(">u2")))
    for channels, colour in ((2, 4), (3, 2), (4, 6)):
        deep = np.random.RandomState(channels).randint(0, 65536, (11, 13 * channels)).astype(">u2")
        yield f"{channels}-channels-16-bit.png", png((13, 11, 16, colour, 0, 0, 0), png_rows(deep))
    yield "interlaced.png", png((61, 47, 8, 2, 0, 0, 1), interlaced(small))
    gamma = struct.pack(">I", 4) + b"gAMA" + struct.pack(">I", 100000)
    gamma += struct.pack(">I", zlib.crc32(gamma[4:]))
    yield "gamma.png", png((61, 47, 8, 2, 0, 0, 0), png_rows(np.asarray(small).reshape(47, -1)), extra=gamma)
    yield "short-data.png", png((61, 47, 8, 2, 0, 0, 0), png_rows(np.asarray(small).reshape(47, -1)[:40]))
    yield "long-data.png", png((61, 47, 8, 2, 0, 0, 0), png_rows(np.asarray(small).reshape(47, -1)) + bytes(99))
    yield "animated.png", saved(small, "PNG", save_all=True, append_images=[drawing(61, 47, 8)])
    yield "tall-3x400.png", saved(drawing(3, 400), "PNG")
    yield "wide-500x2.png", saved(drawing(500, 2), "PNG")
    yield "flat-255x256.png", saved(drawing(255, 256, 6, noise=0), "PNG")


def others():
    small = drawing(61, 47, 1)
    palette = small.quantize(60)
    yield "lossy.webp", saved(small, "WEBP", quality=70)
    yield "lossless.webp", saved(small, "WEBP", lossless=True)
    yield "lossy-alpha.webp", saved(with_alpha(small), "WEBP", quality=70)
    yield "lossless-alpha.webp", saved(with_alpha(small), "WEBP", lossless=True, exact=True)
    yield "animated.webp", saved(small, "WEBP", save_all=True, append_images=[drawing(61, 47, 8)])
    yield "rgb.bmp", saved(small, "BMP")
    yield "grey.bmp", saved(small.convert("L"), "BMP")
    yield "palette.bmp", saved(palette, "BMP")
    yield "one-bit.bmp", saved(small.convert("1"), "BMP")
    yield "rgba.bmp", saved(with_alpha(small), "BMP")
    yield "top-down.bmp", top_down(saved(small, "BMP"))
    yield "16-bit.bmp", bmp(13, 7, 16, np.random.RandomState(7).randint(0, 256, 7 * 28, dtype=np.uint8).tobytes())
    yield "32-bit.bmp", bmp(13, 7, 32, np.random.RandomState(7).randint(0, 256, 7 * 52, dtype=np.uint8).tobytes())
    yield "bit-fields.bmp", bit_fields(saved(with_alpha(small), "BMP"))
    yield "plain.gif", saved(palette, "GIF")
    yield "grey.gif", saved(small.convert("L"), "GIF")
    yield "interlaced.gif", saved(palette, "GIF", interlace=1)
    yield "transparent.gif", saved(palette, "GIF", transparency=3)
    yield "animated.gif", saved(palette, "GIF", save_all=True, append_images=[drawing(61, 47, 8).quantize(60)])
    yield "small-frame.gif", small_frame(saved(palette, "GIF"))
    yield "rgb.ppm", saved(small, "PPM")
    yield "grey.pgm", saved(small.convert("L"), "PPM")
    yield "one-bit.pbm", saved(small.convert("1"), "PPM")
    yield "comment.ppm", saved(small, "PPM").replace(b"P6\n", b"P6\n# a comment\n", 1)
    yield "plain.ppm", b"P3\n2 2\n255\n1 2 3 40 50 60\n7 8 9 255 0 128\n"
    yield "maxval-100.pgm", b"P5\n4 2\n100\n" + bytes([0, 1, 50, 99, 100, 33, 66, 7])
    yield "maxval-65535.pgm", b"P5\n4 2\n65535\n" + bytes(range(16))
    for name, options in {"": {}, "-lzw": {"compression": "tiff_lzw"}, "-deflate": {"compression": "tiff_adobe_deflate"},
                          "-packbits": {"compression": "packbits"}, "-jpeg": {"compression": "jpeg"}}.items():
        yield f"rgb{name}.tiff", saved(small, "TIFF", **options)
    yield "rgb-lzw-predictor.tiff", saved(small, "TIFF", compression="tiff_lzw", tiffinfo={317: 2})
    yield "grey.tiff", saved(small.convert("L"), "TIFF")
    yield "rgba.tiff", saved(with_alpha(small), "TIFF")
    yield "palette.tiff", saved(palette, "TIFF")
    yield "one-bit.tiff", saved(small.convert("1"), "TIFF")
    yield "cmyk.tiff", saved(small.convert("CMYK"), "TIFF")
    yield "grey-16-bit.tiff", saved(Image.fromarray(np.full((5, 7), 4660, np.uint16)), "TIFF")
    yield "orientation-6.tiff", saved(small, "TIFF", tiffinfo={0x0112: 6})


def top_down(bmp_bytes):
    """The same rows, said to be stored from the top: upside down."""
    height = struct.unpack("<i", bmp_bytes[22:26])[0]
    return bmp_bytes[:22] + struct.pack("<i", -height) + bmp_bytes[26:]


def bmp(width, height, bits, rows):
    return (b"BM" + struct.pack("<IHHI", 54 + len(rows), 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, len(rows), 2835, 2835, 0, 0) + rows)


def bit_fields(bmp_bytes):
    """A 32-bit bitmap with version 5's header, which names its channels' masks."""
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"\0" * (124 - 56)
    size, header = len(bmp_bytes) - 54, bmp_bytes[18:30] + struct.pack("<I", 3) + bmp_bytes[34:54]
    return (b"BM" + struct.pack("<IHHI", 14 + 124 + size, 0, 0, 14 + 124) + struct.pack("<I", 124)
            + header + masks + bmp_bytes[54:])


def small_frame(gif):
    """The first frame drawn at (4, 3) of a canvas 10 pixels larger each way."""
    at = gif.index(b"\x2c" + struct.pack("<HHHH", 0, 0, 61, 47))
    return (gif[:6] + struct.pack("<HH", 71, 57) + gif[10:at + 1] + struct.pack("<HH", 4, 3) + gif[at + 5:])


def pillow(data):
    """The bytes of torchvision's pil_loader, or the name of what it raises."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.convert("RGB")
    except Exception as refusal:  # Pillow raises OSError, SyntaxError, ValueError, struct.error, EOFError, ...
        return type(refusal).__name__


def sha(pixels):
    return hashlib.sha256(pixels).hexdigest()[:16]


def broken(name, data, out):
    """Truncations and bit flips of one file, with Pillow's verdict on each."""
    rng = np.random.RandomState(zlib.crc32(name.encode()))
    lengths = sorted({len(data) - 1, len(data) - 2, len(data) - 12, *rng.randint(1, len(data), 8)})
    for length in lengths:
        verdict(out, name, "cut", length, 0, data[:length])
    for position in rng.randint(0, len(data), 30):
        bit = 1 << rng.randint(0, 8)
        changed = bytearray(data)
        changed[position] ^= bit
        verdict(out, name, "flip", position, bit, bytes(changed))


def verdict(out, name, kind, position, bit, data):
    image = pillow(data)
    seen = "refused" if isinstance(image, str) else sha(image.tobytes())
    out.append(f"{name}\t{kind}\t{position}\t{bit}\t{seen}")


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    index, crops, damage = [], [], []
    for name, data in (*jpegs(), *pngs(), *others()):
        (folder / name).write_bytes(data)
        image = pillow(data)
        if isinstance(image, str):
            index.append(f"{name}\t0\t0\trefused\trefused")
            continue
        index.append(f"{name}\t{image.width}\t{image.height}\t{sha(image.tobytes())}\t{sha(EVAL(image).tobytes())}")
        broken(name, data, damage)
    for name in ("landscape.jpg", "portrait.jpg", "flat-255x256.png"):
        image = Image.open(folder / name).convert("RGB")
        (folder / f"{name}.eval.gz").write_bytes(gzip.compress(EVAL(image).tobytes(), 9, mtime=0))
        height, width = image.height, image.width
        for top, left, h, w in ((0, 0, height, width), (7, 11, 90, 120), (50, 3, 61, 47), (20, 30, 1, 150), (1, 1, 128, 128)):
            for flip in (False, True):
                crop = F.resized_crop(image, top, left, h, w, [128, 128])
                crop = F.hflip(crop) if flip else crop
                crops.append(f"{name}\t{top}\t{left}\t{h}\t{w}\t{int(flip)}\t{sha(crop.tobytes())}")
    values = Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2))
    normalised = T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])(T.ToTensor()(values))
    (folder / "normalised.f32").write_bytes(normalised.numpy().astype("<f4").tobytes())
    header = f"# Pillow {pillow_version}, torch {torch.__version__}, torchvision {torchvision.__version__}; scripts/make-image-references.py\n"
    for name, lines in (("index.tsv", index), ("crops.tsv", crops), ("damage.tsv", damage)):
        (folder / name).write_text(header + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
