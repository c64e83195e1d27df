"""Diebold-Mariano statistics of the package `dieboldmariano` 1.1.0, for Tests/SatelliteModelsTests/DieboldMarianoTests.swift.

pip install dieboldmariano==1.1.0; python3 Tests/ReferenceImplementations/diebold_mariano.py
"""

from dieboldmariano import dm_test

SERIES = [
    [0.9, 0.7, 0.4, 0.5, -0.1, -0.3, 0.1, 0.4, 0.6, 0.8, 0.9, 0.3, -0.2, 0.1],
    [0.3, 0.5, -0.2, 0.9, 1.1, 0.4, -0.6, 0.2, 0.8, 0.7, -0.1, 0.5],
    [3, -1] * 4,
]


def statistic(differentials, overlap):
    zeros = [0] * len(differentials)
    # The loss of the second forecast is taken for the differential itself.
    arguments = dict(loss=lambda actual, value: value, h=overlap, one_sided=False)
    try:
        return dm_test(zeros, differentials, zeros, **arguments)
    except Exception:  # a truncated variance that is not positive
        return dm_test(zeros, differentials, zeros, variance_estimator="bartlett", **arguments)


for row, series in enumerate(SERIES):
    for overlap in (1, 2, 3):
        print(row, overlap, *statistic(series, overlap))
