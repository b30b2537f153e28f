"""Temperatures by scipy, and calibration errors by the code of Guo et al. (github.com/gpleiss/temperature_scaling, _ECELoss).

Prints the rows of `GOLDEN` in src/statistics/golden.rs. The answers are those of `answers` there, to the last bit.
"""

import numpy
import torch
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

ANSWERS, CLASSES, BINS = 2000, 10, 15


def random_bits(seed, index):
    """The MurmurHash3 finalizer of the index in a Weyl sequence, as in seeded.py."""
    bits = numpy.uint32(seed) + index.astype(numpy.uint32) * numpy.uint32(0x9E3779B9)
    bits = (bits ^ bits >> 16) * numpy.uint32(0x85EBCA6B)
    bits = (bits ^ bits >> 13) * numpy.uint32(0xC2B2AE35)
    return bits ^ bits >> 16


def answers(seed, true_temperature):
    """Logits from -8 to 8, and labels drawn from the softmax at the true temperature."""
    fractions = (random_bits(seed, numpy.arange(ANSWERS * CLASSES)) >> 8) / 2.0**24
    logits = (16 * fractions - 8).astype(numpy.float32).reshape(ANSWERS, CLASSES)
    drawn = (random_bits(seed + 1, numpy.arange(ANSWERS)) >> 8) / 2.0**24
    cumulative = softmax(logits.astype(float) / true_temperature, axis=1).cumsum(axis=1)
    return logits.astype(float), numpy.minimum((cumulative <= drawn[:, None]).sum(axis=1), CLASSES - 1)


def calibration_error(logits, labels):
    """As `_ECELoss.forward`, in f64."""
    confidences, predictions = torch.softmax(torch.from_numpy(logits), dim=1).max(dim=1)
    accuracies = predictions.eq(torch.from_numpy(labels))
    boundaries = torch.linspace(0, 1, BINS + 1, dtype=torch.float64)
    error = 0.0
    for lower, upper in zip(boundaries[:-1], boundaries[1:]):
        inside = confidences.gt(lower) & confidences.le(upper)
        share = inside.double().mean().item()
        if share > 0:
            gap = confidences[inside].mean() - accuracies[inside].double().mean()
            error += abs(gap.item()) * share
    return error


def main():
    for seed, true_temperature in [(1, 0.3), (2, 0.8), (3, 1.0), (4, 1.7), (5, 4.0), (6, 9.0)]:
        logits, labels = answers(seed, true_temperature)

        def loss(log_temperature):
            scaled = log_softmax(logits / numpy.exp(log_temperature), axis=1)
            return -scaled[numpy.arange(ANSWERS), labels].sum()

        best = minimize_scalar(loss, bounds=(-2.7, 2.7), method="bounded", options={"xatol": 1e-12})
        temperature = float(numpy.exp(best.x))
        errors = [calibration_error(logits / t, labels) for t in (1.0, temperature)]
        print(f"    ({seed}, {true_temperature}, {temperature:.6f}, {errors[0]:.6f}, {errors[1]:.6f}),")


numpy.seterr(over="ignore")
main()
