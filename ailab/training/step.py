"""One step of training. A GPU records it once for each size of picture and repeats it: a network this small would wait for its launches."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Step"]

_EAGER = 3  # steps of each size before it is recorded: the algorithms are chosen and the state of the optimizer is made in them


class Step:
    """Forwards, backwards, move the weights, and move their average a little towards them.

    Parameters
    ----------
    network : torch.nn.Module
    average : torch.nn.Module
        A copy of it.
    loss : callable
        Of the tensors of a batch; returns a tensor of shape ().
    lr : float
        Highest learning rate of AdamW.
    """

    def __init__(self, network: torch.nn.Module, average: torch.nn.Module, loss: Callable[..., torch.Tensor], lr: float) -> None:
        self.loss = loss
        self.parameters = list(network.parameters())
        self.device = self.parameters[0].device
        self.stream = torch.cuda.Stream(self.device) if self.device.type == "cuda" else None
        torch.backends.cudnn.benchmark = True  # the pictures have three sizes in all: trying the algorithms out pays
        self.optimizer = self._adamw(lr)
        pairs = list(zip(average.state_dict().values(), network.state_dict().values(), strict=True))
        self.averaged = [[pair[i] for pair in pairs if pair[0].is_floating_point()] for i in (0, 1)]
        self.counted = [pair for pair in pairs if not pair[0].is_floating_point()]
        self.done: dict[torch.Size, int] = {}
        self.recorded: dict[torch.Size, tuple[torch.cuda.CUDAGraph, tuple[torch.Tensor, ...], torch.Tensor]] = {}

    def _adamw(self, lr: float) -> torch.optim.Optimizer:
        """AdamW; biases and batch normalisation do not decay."""
        decay = [p for p in self.parameters if p.ndim > 1]
        rest = [p for p in self.parameters if p.ndim <= 1]
        groups = [{"params": decay, "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.0}]
        if self.stream is None:
            return torch.optim.AdamW(groups, lr=lr)
        return torch.optim.AdamW(groups, lr=torch.tensor(lr, device=self.device), capturable=True)

    def resume(self, optimizer: dict[str, Any]) -> None:
        """Take over the state of the optimizer from a checkpoint, also from one that was written on another device."""
        self.optimizer.load_state_dict(optimizer)
        for group in self.optimizer.param_groups:
            group["capturable"] = self.stream is not None
            group["lr"] = torch.tensor(float(group["lr"]), device=self.device) if self.stream else float(group["lr"])

    def __call__(self, *batch: torch.Tensor, lr: float, momentum: float) -> torch.Tensor:
        """Learn from a batch whose pictures come first; return its loss, shape ()."""
        with torch.cuda.stream(self.stream) if self.stream else contextlib.nullcontext():
            for group in self.optimizer.param_groups:
                if self.stream:
                    group["lr"].fill_(lr)
                else:
                    group["lr"] = lr
            found = self._repeat(batch) if self.stream else self._learn(batch)
            with torch.no_grad():
                torch._foreach_lerp_(*self.averaged, 1 - momentum)
                for old, new in self.counted:
                    old.copy_(new)
        return found

    def _learn(self, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(*batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 5.0)
        self.optimizer.step()
        return loss.detach()

    def _repeat(self, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """The same, recorded."""
        for tensor in batch:
            tensor.record_stream(self.stream)  # whoever made it may free it before it has been used
        shape = batch[0].shape
        self.done[shape] = self.done.get(shape, 0) + 1
        if self.done[shape] <= _EAGER:
            return self._learn(batch)
        if shape not in self.recorded:
            graph, given = torch.cuda.CUDAGraph(), tuple(tensor.clone() for tensor in batch)
            self.optimizer.zero_grad(set_to_none=True)
            with torch.cuda.graph(graph, stream=self.stream, capture_error_mode="thread_local"):
                found = self._learn(given)
            self.recorded[shape] = graph, given, found
        graph, given, found = self.recorded[shape]
        for place, tensor in zip(given, batch, strict=True):
            place.copy_(tensor)
        graph.replay()
        return found.clone()

    def wait(self) -> None:
        """Until every step has been done."""
        if self.stream:
            self.stream.synchronize()
