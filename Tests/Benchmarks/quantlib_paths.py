"""Prints how many paths a second QuantLib's multi-path generator draws on one core: quantlib_paths.py SECONDS.

Sixteen correlated Ornstein-Uhlenbeck processes over thirteen quarters, Gaussian: less than Kentledge's shocks, which
have a t copula, margins and scales. The paths stay in C++, nothing is copied to Python.
"""

import sys
import time

try:
    import QuantLib as ql
except ImportError as error:
    sys.exit(f"{error}: install with  pip install QuantLib")

FACTORS, QUARTERS = 16, 13


def generator():
    correlation = ql.Matrix(FACTORS, FACTORS, 0.3)
    for k in range(FACTORS):
        correlation[k][k] = 1.0
    processes = [ql.OrnsteinUhlenbeckProcess(0.4, 0.01) for _ in range(FACTORS)]
    uniforms = ql.UniformRandomSequenceGenerator(FACTORS * QUARTERS, ql.UniformRandomGenerator(1))
    return ql.GaussianMultiPathGenerator(
        ql.StochasticProcessArray(processes, correlation), [(t + 1) / 4 for t in range(QUARTERS)],
        ql.GaussianRandomSequenceGenerator(uniforms), False)


def main():
    paths, count, best = generator(), 2_000, float("inf")
    start = time.perf_counter()
    while time.perf_counter() - start < float(sys.argv[1]):
        before = time.perf_counter()
        for _ in range(count):
            paths.next()
        best = min(best, time.perf_counter() - before)
    print(count / best)


if __name__ == "__main__":
    main()
