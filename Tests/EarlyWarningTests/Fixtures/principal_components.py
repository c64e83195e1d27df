"""Reference values for PrincipalComponents: scikit-learn's PCA, and the posterior mean of Tipping & Bishop (1999)
written out with numpy. Run with Python 3, numpy and scikit-learn: python principal_components.py > principal_components.csv
"""
import numpy as np
import sklearn
from sklearn.decomposition import PCA

rows, cells, components = 12, 6, 2
random = np.random.default_rng(7)
x = random.standard_normal((rows, components)) @ random.standard_normal((components, cells)) * 2
x += 0.5 * random.standard_normal((rows, cells)) + random.standard_normal(cells)
x = np.round(x, 4)

pca = PCA(n_components=components, svd_solver="full").fit(x)
variances = pca.explained_variance_ * (rows - 1) / rows
total = x.var(axis=0).sum()
noise = (total - variances.sum()) / (cells - components)
axes = pca.components_
axes = axes * np.sign(axes[np.arange(components), np.abs(axes).argmax(axis=1)])[:, None]
known = np.array([True, True, False, True, False, True])


def posterior(row, mask):
    """E[z | x_known] with z ~ N(0, variances - noise), through the joint Gaussian law and no ridge formula."""
    prior = np.diag(variances - noise)
    u = axes[:, mask]
    covariance = u.T @ prior @ u + noise * np.eye(mask.sum())
    return prior @ u @ np.linalg.solve(covariance, (row - pca.mean_)[mask])


print(f"# scikit-learn {sklearn.__version__}: PCA of {rows} rows of {cells} cells, {components} components; code and rebuilt")
print("# of complete rows, and of rows of which the cells 2 and 4 are not known; made by principal_components.py")
names = [f"x{i}" for i in range(cells)]
print(",".join(names + [f"{n}{i}" for n in ("code", "masked_code") for i in range(components)]
               + [f"rebuilt{i}" for i in range(cells)]))
for row in x:
    code = posterior(row, np.ones(cells, bool))
    masked = posterior(row, known)
    values = [*row, *code, *masked, *(pca.mean_ + code @ axes)]
    print(",".join(f"{v:.12g}" for v in values))
