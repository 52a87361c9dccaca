"""Known noises: each is an endless stream of factors on a time, whose long-run median a measurement should find."""

import numpy as np


def heavy_tail(random):
    while True:
        yield np.exp(0.02 * random.standard_t(1.5))


def two_speeds(random, slow=0.3, stay=2):
    """Now and then 10 % slower, for a few samples."""
    state = random.random() < slow
    while True:
        state = random.random() >= 1 / stay if state else random.random() < slow / (1 - slow) / stay
        yield (1.1 if state else 1.0) * np.exp(0.005 * random.standard_normal())


def drifting(random, memory=0.8):
    """Wanders by 2 %, with a memory of a few samples."""
    place = random.standard_normal()
    while True:
        yield np.exp(0.02 * place)
        place = memory * place + np.sqrt(1 - memory**2) * random.standard_normal()


def waves(random, period=20):
    start, number = random.random() * period, 0
    while True:
        yield np.exp(0.03 * np.sin(2 * np.pi * (start + number) / period) + 0.005 * random.standard_normal())
        number += 1


def spikes(random, share=0.05):
    """One in twenty takes three times as long."""
    while True:
        yield (3.0 if random.random() < share else 1.0) * np.exp(0.01 * random.standard_normal())


def one_of_two(random, slow=0.45):
    """Each is 20 % slower or not, whatever the one before was."""
    while True:
        yield (1.2 if random.random() < slow else 1.0) * np.exp(0.01 * random.standard_normal())
