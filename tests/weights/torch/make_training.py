"""Writes what training scripts save, small, as torch itself writes it (made with torch 2.15.0, torchvision 0.29):
python3 make_training.py FOLDER

The committed files are in `training`. The others, some of which hold paths of the machine that made them, are only for `hints.py`.

One network, a convolution and a classifier: its weights hold 0, 1, 2, … Its moving average holds these plus 100, so that
a test sees which of the two was taken.
"""

import argparse
import collections
import pathlib
import pickle
import sys
import warnings
import zipfile

import numpy as np
import torch

warnings.filterwarnings("ignore")
folder = pathlib.Path(sys.argv[1])


def net(start=0):
    """The network, of torch's own classes, so that every torch can load it whole."""
    layers = collections.OrderedDict(
        conv=torch.nn.Conv2d(3, 2, 1, bias=False), pool=torch.nn.AdaptiveAvgPool2d(1), flatten=torch.nn.Flatten(), classifier=torch.nn.Linear(2, 3)
    )
    net = torch.nn.Sequential(layers)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.arange(parameter.numel(), dtype=torch.float32).reshape(parameter.shape) + start)
    return net


def state(start=0):
    return net(start).state_dict()


def optimizer():
    """The state of an optimizer after one step: tensors in the shapes of the network's."""
    trained = net()
    sgd = torch.optim.SGD(trained.parameters(), 0.1, momentum=0.9)
    trained(torch.ones(1, 3, 2, 2)).sum().backward()
    sgd.step()
    return sgd.state_dict()


def save(name, value, **how):
    torch.save(value, folder / f"{name}.pth", **how)


args = argparse.Namespace(lr=0.1, output=pathlib.PurePosixPath("runs"), tags={"a"}, sizes=frozenset([1]), big=2**70)
ema = torch.optim.swa_utils.AveragedModel(net(100))
# Each is one kind of checkpoint that people have.
save("model_and_optimizer", {"model": state(), "optimizer": optimizer()})
save("torchvision_references", {"model": state(), "optimizer": optimizer(), "lr_scheduler": {"last_epoch": 3}, "epoch": 3, "args": args, "model_ema": ema.state_dict()})
save("timm_train", {"epoch": 3, "arch": "net", "state_dict": state(), "state_dict_ema": state(100), "optimizer": optimizer(), "version": 2, "args": args, "metric": np.float64(91.2)})
save("lightning", {"epoch": 1, "global_step": 9, "pytorch-lightning_version": "2.5", "state_dict": collections.OrderedDict((f"model.{k}", v) for k, v in state().items()), "optimizer_states": [optimizer()], "lr_schedulers": [], "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_model_score": torch.tensor(0.9), "dirpath": pathlib.PurePosixPath("x")}}, "hyper_parameters": {"lr": 0.1}})
save("ema_in_a_module", {"ema": {"module": state(100), "updates": 7}, "model": state()})
save("list", [state(), optimizer()])
save("subclass_of_dict", collections.defaultdict(dict, net=state()))
save("buffers_and_parameters", {"conv.weight": torch.nn.Parameter(state()["conv.weight"]), "table": torch.nn.Buffer(torch.arange(2.0))})
save("two_networks", {"generator": state(), "discriminator": state(100)})
save("half_an_average", {"model": state(), "ema": {"conv.weight": state(100)["conv.weight"]}})
save("arrays", {name: tensor.numpy() for name, tensor in state().items()})
save("whole_module", net())
save("module_in_an_entry", {"epoch": 3, "model": net()})
for protocol in (3, 4, 5):
    save(f"protocol_{protocol}", {"state_dict": state(), "args": args}, pickle_protocol=protocol)
for protocol in (1, 2, 4, 5):
    save(f"legacy_protocol_{protocol}", {"state_dict": state(), "args": args, "optimizer": optimizer()}, _use_new_zipfile_serialization=False, pickle_protocol=protocol)
save("legacy_whole_module", net(), _use_new_zipfile_serialization=False)
torch.jit.trace(net().eval(), torch.ones(1, 3, 2, 2)).save(folder / "torchscript.pth")
torch.jit.freeze(torch.jit.script(net().eval())).save(folder / "frozen.pth")
np.savez(folder / "arrays.npz", **{name: tensor.numpy() for name, tensor in state().items()})
torch.export.save(torch.export.export(net().eval(), (torch.ones(1, 3, 2, 2),)), folder / "exported.pt2")
with open(folder / "bare.pkl", "wb") as file:
    pickle.dump(dict(state()), file)
with open(folder / "bare_arrays.pkl", "wb") as file:
    pickle.dump({name: tensor.numpy() for name, tensor in state().items()}, file)
with open(folder / "bare_checkpoint.pkl", "wb") as file:
    pickle.dump({"state_dict": state()}, file)
with open(folder / "bare_protocol_0.pkl", "wb") as file:
    pickle.dump(dict(state()), file, protocol=0)
with zipfile.ZipFile(folder / "protocol_4.pth") as stored, zipfile.ZipFile(folder / "deflated.pth", "w", zipfile.ZIP_DEFLATED) as deflated:
    for entry in stored.infolist():
        deflated.writestr(entry.filename, stored.read(entry))
