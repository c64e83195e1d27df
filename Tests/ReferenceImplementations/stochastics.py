"""Writes the known answers of Tests/StochasticsTests/Fixtures. Run from the repository's root; needs mpmath and numpy.

Laws are integrated and inverted in 40 digits from their densities' definitions; nothing is taken from GSL.
"""
import mpmath as mp
import numpy as np

mp.mp.dps = 40
OUT = "Tests/StochasticsTests/Fixtures/"
TOOL = f"# mpmath {mp.__version__}, numpy {np.__version__}; Tests/ReferenceImplementations/stochastics.py\n"


def f(x):
    return mp.nstr(mp.mpf(x), 20, min_fixed=-1, max_fixed=-1) if mp.isfinite(x) else "inf"


class Law:
    """density, lower and upper tail, quantile by upper or lower tail; location 0.3 and scale 1.7 unless told."""

    def __init__(self, name, parameters, density, lower, upper, moments):
        self.name, self.parameters, self.density = name, parameters, density
        self.lower, self.upper, self.moments = lower, upper, moments


m, s = mp.mpf("0.3"), mp.mpf("1.7")


def located(d, lo, up):
    return (lambda x: d((x - m) / s) / s, lambda x: lo((x - m) / s), lambda x: up((x - m) / s))


def student(nu):
    nu = mp.mpf(nu)
    c = mp.gamma((nu + 1) / 2) / (mp.gamma(nu / 2) * mp.sqrt(nu * mp.pi))

    def tail(z):  # P(T > z), z >= 0
        return mp.betainc(nu / 2, mp.mpf(1) / 2, 0, nu / (nu + z * z), regularized=True) / 2

    up = lambda z: tail(z) if z >= 0 else 1 - tail(-z)
    return (lambda z: c * (1 + z * z / nu) ** (-(nu + 1) / 2), lambda z: up(-z), up)


def exppow(b):
    b = mp.mpf(b)

    def tail(z):
        return mp.gammainc(1 / b, z**b, mp.inf, regularized=True) / 2

    up = lambda z: tail(z) if z >= 0 else 1 - tail(-z)
    return (lambda z: mp.exp(-abs(z) ** b) / (2 * mp.gamma(1 + 1 / b)), lambda z: up(-z), up)


normal = (mp.npdf, mp.ncdf, lambda z: mp.ncdf(-z))
laplace = (
    lambda z: mp.exp(-abs(z)) / 2,
    lambda z: mp.exp(z) / 2 if z < 0 else 1 - mp.exp(-z) / 2,
    lambda z: mp.exp(-z) / 2 if z > 0 else 1 - mp.exp(z) / 2,
)
logistic = (
    lambda z: mp.exp(-abs(z)) / (1 + mp.exp(-abs(z))) ** 2,
    lambda z: 1 / (1 + mp.exp(-z)),
    lambda z: 1 / (1 + mp.exp(z)),
)


def lognormal(zeta, sigma):
    zeta, sigma = mp.mpf(zeta), mp.mpf(sigma)
    z = lambda x: (mp.log(x) - zeta) / sigma
    return (lambda x: mp.npdf(z(x)) / (sigma * x), lambda x: mp.ncdf(z(x)), lambda x: mp.ncdf(-z(x)))


laws = [
    ("normal", [m, s], *located(*normal)),
    ("laplace", [m, s], *located(*laplace)),
    ("logistic", [m, s], *located(*logistic)),
    ("log-normal", ["-0.2", "0.6"], *lognormal("-0.2", "0.6")),
]
laws += [("student-t", [m, s, nu], *located(*student(nu))) for nu in ["2.5", "4.3", "8", "60"]]
laws += [("exponential-power", [m, s, b], *located(*exppow(b))) for b in ["0.8", "1.4", "2", "3.5"]]

with open(OUT + "distributions.csv", "w") as out:
    out.write(TOOL + "law,parameter1,parameter2,parameter3,x,density,cdf,survival\n")
    for name, parameters, density, lower, upper in laws:
        p = [f(mp.mpf(v)) for v in parameters] + [""] * (3 - len(parameters))
        points = ["0.01", "0.2", "0.5", "1", "1.7", "3", "9", "40"] if name == "log-normal" else [
            "-12", "-6", "-2.5", "-0.7", "0.3", "0.31", "1.2", "4", "9", "15"]
        for x in points:
            x = mp.mpf(x)
            out.write(",".join([name] + p + [f(x), f(density(x)), f(lower(x)), f(upper(x))]) + "\n")

with open(OUT + "moments.csv", "w") as out:
    out.write(TOOL + "law,parameter1,parameter2,parameter3,mean,variance,skewness,excess_kurtosis\n")
    mp.mp.dps = 20
    for name, parameters, density, lower, upper in laws:
        if name == "student-t" and mp.mpf(parameters[2]) <= 4:
            continue
        cuts = [0, mp.mpf("0.5"), 1, 3, 20, mp.inf] if name == "log-normal" else [-mp.inf, -40, -5, m, 5, 40, mp.inf]
        if name == "student-t":  # heavy tails: exact, E|T|^k by the beta function, checked against quad for k = 2
            nu = mp.mpf(parameters[2])
            e = lambda k: nu ** (mp.mpf(k) / 2) * mp.gamma(mp.mpf(k + 1) / 2) * mp.gamma((nu - k) / 2) / (
                mp.sqrt(mp.pi) * mp.gamma(nu / 2))
            values = [m, s * s * e(2), mp.mpf(0), e(4) / e(2) ** 2 - 3]
        else:
            integral = lambda g: mp.quad(lambda x: g(x) * density(x), cuts)
            mean = integral(lambda x: x)
            variance = integral(lambda x: (x - mean) ** 2)
            values = [mean, variance, integral(lambda x: (x - mean) ** 3) / variance ** mp.mpf("1.5"),
                      integral(lambda x: (x - mean) ** 4) / variance**2 - 3]
            values = [v if abs(v) > 1e-15 else mp.mpf(0) for v in values]
        p = [f(mp.mpf(v)) for v in parameters] + [""] * (3 - len(parameters))
        out.write(",".join([name] + p + [f(v) for v in values]) + "\n")
    mp.mp.dps = 40

# Ledoit & Wolf (2004), lemmas 3.2 to 3.4, with matrices as they stand in the paper.
rng = np.random.default_rng(20040201)
x = rng.standard_normal((12, 4)) @ np.array([[1, 0.6, 0.2, 0], [0, 1, 0.3, 0], [0, 0, 1, 0.5], [0, 0, 0, 1]])
x -= x.mean(axis=0)
count, n = x.shape
sample = x.T @ x / count
inner = lambda a, b: np.trace(a @ b.T) / n
mu = inner(sample, np.eye(n))
d2 = inner(sample - mu * np.eye(n), sample - mu * np.eye(n))
b2 = min(sum(inner(np.outer(r, r) - sample, np.outer(r, r) - sample) for r in x) / count**2, d2)
shrunk = b2 / d2 * mu * np.eye(n) + (d2 - b2) / d2 * sample
with open(OUT + "ledoit_wolf.csv", "w") as out:
    out.write(TOOL + "kind,c1,c2,c3,c4\n")
    for r in x:
        out.write("observation," + ",".join(repr(float(v)) for v in r) + "\n")
    for r in shrunk:
        out.write("shrunk," + ",".join(repr(float(v)) for v in r) + "\n")
    out.write(f"intensity,{float(b2 / d2)!r},,,\n")

# Higham (2002), section 4's 3 by 3 example: by symmetry (1, a, b; a, 1, a; b, a, 1) with b = 2a² − 1 on the boundary.
a = mp.findroot(lambda a: mp.diff(lambda t: 4 * (t - 1) ** 2 + 2 * (2 * t * t - 1) ** 2, a), mp.mpf("0.76"))
with open(OUT + "nearest_correlation.csv", "w") as out:
    out.write(TOOL + "# of (1 1 0; 1 1 1; 0 1 1); Higham prints 0.7607 and 0.1573\n")
    out.write("neighbours,ends\n" + f(a) + "," + f(2 * a * a - 1) + "\n")

# P(both uniforms below q) for correlation 0.6, by one quadrature over the conditional law.
mp.mp.dps = 20
rho = mp.mpf("0.6")
with open(OUT + "copula_tails.csv", "w") as out:
    out.write(TOOL + "copula,q,joint\n")
    for q in [mp.mpf("0.01"), mp.mpf("0.1")]:
        a = -mp.sqrt(2) * mp.erfinv(1 - 2 * q)
        joint = mp.quad(lambda x: mp.npdf(x) * mp.ncdf((a - rho * x) / mp.sqrt(1 - rho**2)), [-mp.inf, -8, -4, a])
        out.write(f"gaussian,{f(q)},{f(joint)}\n")
        density, lower, _ = student("4")
        lower5 = student("5")[1]
        a = mp.findroot(lambda x: lower(x) - q, -2)
        joint = mp.quad(
            lambda x: density(x) * lower5((a - rho * x) * mp.sqrt(5 / ((4 + x * x) * (1 - rho**2)))),
            [-mp.inf, -200, -30, -8, a])
        out.write(f"student-t(4),{f(q)},{f(joint)}\n")
