#!/usr/bin/env python3
"""Makes the weights files of src/test/resources/dev/graft/weights.

Values follow a formula that the tests know: element i of a tensor with salt s is ((7 i + s) mod 31 - 15) / 4,
for integers without the division, for uint8 without the subtraction, for bool its lowest bit. Needs torch 2.10,
torchvision 0.25 and safetensors, for example in a virtual environment under target/. Storages of the legacy format
are named after addresses, so those files differ from run to run, but not in what they hold. model-by-graft.pth
is what graft itself writes; it is not made here but checked.

    scripts/make-weights-references.py [FOLDER]
"""
import argparse
import collections
import io
import os
import pathlib
import sys
import zipfile

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "src/test/resources/dev/graft/weights"
WIDTH = {torch.float64: 8, torch.int64: 8, torch.float32: 4, torch.int32: 4, torch.float16: 2, torch.bfloat16: 2,
         torch.int16: 2}


def formula(shape, dtype, salt):
    count = int(torch.Size(shape).numel())
    values = (7 * torch.arange(count) + salt) % 31
    if dtype == torch.bool:
        values = values % 2
    elif dtype != torch.uint8:
        values = values - 15
    if dtype.is_floating_point:
        values = values / 4
    return values.to(dtype).reshape(shape)


def types():
    return collections.OrderedDict(
        f32=formula([2, 3], torch.float32, 0), f64=formula([4], torch.float64, 1),
        f16=formula([2, 2], torch.float16, 2), bf16=formula([3], torch.bfloat16, 3),
        i64=formula([], torch.int64, 4), i32=formula([2], torch.int32, 5), i16=formula([3], torch.int16, 6),
        i8=formula([2], torch.int8, 7), u8=formula([5], torch.uint8, 8), flag=formula([4], torch.bool, 9),
        empty=formula([0, 3], torch.float32, 0))


def views():
    """Several tensors over the storage of base, with strides, offsets and a stride of 0."""
    base = formula([4, 6], torch.float32, 10)
    return {"base": base, "transposed": base.t(), "column": base[:, 2], "row": base[1], "steps": base[::2, 1::2],
            "scalar": base[3, 5], "expanded": base[0:1, :2].expand(3, 2), "parameter": torch.nn.Parameter(base[2:]),
            "leaf": base[1:3].detach().requires_grad_()}


def model():
    net = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 2), torch.nn.BatchNorm2d(3), torch.nn.Linear(3, 2))
    state = net.state_dict()
    for salt, (name, tensor) in enumerate(state.items()):
        tensor.copy_(formula(tensor.shape, tensor.dtype, salt))
    return net


def checkpoint():
    """What training scripts save: the state dict of nn.DataParallel beside all else."""
    net = torch.nn.DataParallel(model())
    sgd = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for parameter in net.parameters():
        parameter.grad = torch.ones_like(parameter)
    state = collections.OrderedDict((name, tensor.clone()) for name, tensor in net.state_dict().items())
    state._metadata = net.state_dict()._metadata
    sgd.step()
    milestones = torch.optim.lr_scheduler.MultiStepLR(sgd, [2, 4])
    return {"epoch": 3, "arch": "net", "best_acc1": torch.tensor(76.5), "nothing": None, "yes": True,
            "state_dict": state, "optimizer": sgd.state_dict(), "scheduler": milestones.state_dict(),
            "loss": [0.5, 0.25, float("inf")], "shape": torch.Size([1, 2]), "pair": (1, "two"), "one": (1,),
            "classes": {1, 2}, "large": 1 << 70, "negative": -(1 << 40), "raw": b"bytes", 7: "seven",
            "device": torch.device("cpu"), "dtype": torch.float32, "args": {"lr": 0.1, "names": ["a", "é", "日"]}}


def compiled(inner_first):
    """The state dict of a model that was compiled and made parallel, in either order."""
    net = torch.compile(torch.nn.DataParallel(model())) if inner_first else torch.nn.DataParallel(torch.compile(model()))
    return net.state_dict()


class WholeModel(torch.nn.Module):
    """The legacy format holds a class's source text: this one is the project's own."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(formula([2], torch.float32, 0))


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/graft-was-here",)


def zipped(obj, protocol=2):
    """As torch.save(obj, path), but with a folder in the zip that is always the same."""
    out = io.BytesIO()
    torch.save(obj, out, pickle_protocol=protocol)
    return out.getvalue()


def legacy(obj, protocol=2):
    out = io.BytesIO()
    torch.save(obj, out, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    return out.getvalue()


def big_endian(little):
    """What a big-endian machine writes; torch itself confirms that it means the same."""
    widths = [WIDTH.get(tensor.dtype, 1) for tensor in types().values()]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(little)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename.endswith("/byteorder"):
                content = b"big"
            elif "/data/" in info.filename:
                width = widths[int(info.filename.rsplit("/", 1)[1])]
                content = b"".join(content[i:i + width][::-1] for i in range(0, len(content), width))
            target.writestr(zipfile.ZipInfo(info.filename), content)
    loaded = torch.load(io.BytesIO(out.getvalue()), weights_only=True)
    assert all(torch.equal(loaded[name], tensor) for name, tensor in types().items())
    return out.getvalue()


def check_graft():
    """The file that a test compares with what graft writes: Python must take it, bit for bit."""
    loaded = torch.load(FOLDER / "model-by-graft.pth", weights_only=True)
    expected = model().state_dict()
    assert list(loaded) == list(expected)
    assert all(torch.equal(loaded[name], tensor) and loaded[name].dtype == tensor.dtype
               for name, tensor in expected.items())
    print("model-by-graft.pth:", model().load_state_dict(loaded, strict=True))


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.detach() for name, tensor in model().state_dict().items()}
    files = {
        "types.pth": zipped(types()), "types-legacy.pth": legacy(types()), "types-protocol-4.pth": zipped(types(), 4),
        "types-protocol-5.pth": zipped(types(), 5), "types-big-endian.pth": big_endian(zipped(types())),
        "types-legacy-protocol-4.pth": legacy(types(), 4), "types-legacy-protocol-5.pth": legacy(types(), 5),
        "views.pth": zipped(views()), "views-legacy.pth": legacy(views()),
        "model.pth": zipped(model().state_dict()), "model-legacy.pth": legacy(model().state_dict()),
        "data-parallel.pth": zipped(torch.nn.DataParallel(model()).state_dict()),
        "checkpoint.pth": zipped(checkpoint()), "checkpoint-legacy.pth": legacy(checkpoint()),
        "compiled-parallel.pth": zipped({"net": compiled(True), "model_ema": state, 3: state, "acc": 1.0}),
        "parallel-compiled.pth": zipped({"epoch": 1, "model": compiled(False)}),
        "whole-model.pth": zipped(WholeModel()), "whole-model-legacy.pth": legacy(WholeModel()),
        "namespace.pth": zipped({"args": argparse.Namespace(lr=1), "state_dict": state}),
        "complex.pth": zipped({"z": torch.zeros(2, dtype=torch.complex64)}),
        "float8.pth": zipped({"z": torch.zeros(2).to(torch.float8_e4m3fn)}),
        "evil.pth": zipped({"fc.weight": Evil()}), "evil-protocol-4.pth": zipped({"fc.weight": Evil()}, 4),
        "tensor.pth": zipped(torch.zeros(2)), "list.pth": zipped([torch.zeros(2)]), "no-tensors.pth": zipped({"a": 1}),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    check_graft()
    save_file(types(), folder / "types.safetensors", {"format": "pt"})
    save_file(state, folder / "model.safetensors")
    save_file({name: tensor.detach() for name, tensor in compiled(True).items()}, folder / "compiled.safetensors")
    save_file({"z": torch.zeros(2).to(torch.float8_e4m3fn)}, folder / "float8.safetensors")
    for name in sorted(path.name for path in folder.iterdir()):
        print(f"{name}: {(folder / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
