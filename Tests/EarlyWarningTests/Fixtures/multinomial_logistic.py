"""Reference for MultinomialLogistic: scikit-learn's multinomial fit of a small invented sample.

    python multinomial_logistic.py > multinomial_logistic.csv

scikit-learn minimises C·Σ loss + ½ Σ b²; the Swift fit (1/n)·Σ loss + (λ/2) Σ b², so that C = 1/(λ n). Its intercepts are
centred here: the likelihood leaves their sum open.
"""
import math
import numpy
import sklearn
from sklearn.linear_model import LogisticRegression

n, width = 40, 3
rows = [[math.sin(1.7 * i + j) + 0.1 * ((7 * i + 3 * j) % 5) for j in range(width)] for i in range(n)]
classes = [(2 if row[0] + 0.5 * row[1] > 0.9 else 1 if row[2] > 0.6 else 0) if i % 7 else i % 3
           for i, row in enumerate(rows)]
print(f"# scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, multinomial_logistic.py")
print("penalty,class,intercept,b0,b1,b2,p_first,p_last")
for penalty in (0.001, 0.05, 1.0):
    fit = LogisticRegression(C=1 / (penalty * n), solver="newton-cg", tol=1e-12, max_iter=10_000)
    fit.fit(numpy.array(rows), numpy.array(classes))
    intercepts = fit.intercept_ - fit.intercept_.mean()
    p = fit.predict_proba(numpy.array(rows))
    for k in range(3):
        print(penalty, k, repr(float(intercepts[k])), *[repr(float(b)) for b in fit.coef_[k]],
              repr(float(p[0][k])), repr(float(p[-1][k])), sep=",")
