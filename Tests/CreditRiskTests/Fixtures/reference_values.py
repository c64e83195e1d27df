"""Makes the fixtures of these tests: python reference_values.py (scikit-learn 1.9, SciPy 1.17, NumPy 2.4)."""
import numpy as np
from scipy.stats import ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

rng = np.random.default_rng(7)
n = 240
x = np.round(rng.normal(size=(n, 3)) @ np.array([[1, 0.4, 0], [0, 1, -0.3], [0, 0, 1]]), 3)
y = (rng.random(n) < 1 / (1 + np.exp(-(-1 + 0.9 * x[:, 0] - 0.6 * x[:, 1])))).astype(int)
first = np.round(0.9 * x[:, 0] - 0.5 * x[:, 1], 1)  # rounded: many ties
second = np.round(0.6 * x[:, 0] + 0.3 * x[:, 2], 1)
p = np.round(1 / (1 + np.exp(-(-0.8 + 1.2 * first))), 6)


def placements(score):
    a, b = score[y == 1][:, None], score[y == 0][None, :]
    wins = (a > b) + 0.5 * (a == b)
    return wins.mean(1), wins.mean(0)


def error(v, w):
    return np.sqrt(v.var(ddof=1) / len(v) + w.var(ddof=1) / len(w))


values = {}
for name, score in (("first", first), ("second", second)):
    v, w = placements(score)
    values[f"auc_{name}"] = roc_auc_score(y, score)
    values[f"auc_error_{name}"] = error(v, w)
    values[f"ks_{name}"] = ks_2samp(score[y == 1], score[y == 0]).statistic
(v1, w1), (v2, w2) = placements(first), placements(second)
values["lead"] = values["auc_first"] - values["auc_second"]
values["lead_error"] = error(v1 - v2, w1 - w2)
values["brier"] = brier_score_loss(y, p)
line = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10000, solver="newton-cholesky").fit(np.log(p / (1 - p))[:, None], y)
values["calibration_slope"] = line.coef_[0, 0]
# The intercept with slope 1 by bisection: the mean predicted probability equals the observed rate.
low, high, logits = -5.0, 5.0, np.log(p / (1 - p))
for _ in range(200):
    middle = (low + high) / 2
    if (1 / (1 + np.exp(-(logits + middle)))).mean() < y.mean():
        low = middle
    else:
        high = middle
values["calibration_intercept"] = middle
for penalty in (0.0, 0.05):
    c = np.inf if penalty == 0 else 1 / (penalty * n)
    fit = LogisticRegression(C=c, tol=1e-12, max_iter=100000, solver="newton-cholesky").fit(x, y)
    values[f"logistic_intercept_{penalty:g}"] = fit.intercept_[0]
    for j in range(3):
        values[f"logistic_{j}_{penalty:g}"] = fit.coef_[0, j]

with open("sample.csv", "w") as file:
    file.write("# 240 invented accounts, reference_values.py\nx0,x1,x2,default,first,second,p\n")
    for i in range(n):
        file.write(f"{x[i,0]},{x[i,1]},{x[i,2]},{y[i]},{first[i]},{second[i]},{p[i]}\n")
with open("expected.csv", "w") as file:
    file.write("# scikit-learn 1.9.1, SciPy 1.17.1; errors of AUC from all pairs; reference_values.py\nname,value\n")
    for name, value in values.items():
        file.write(f"{name},{float(value)!r}\n")
