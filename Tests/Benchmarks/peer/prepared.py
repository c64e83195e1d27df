"""What Kentledge has fitted, as arrays, and the constants of its layout."""

import safetensors

LAGS, SOFTPLUS, DELTA, TYPES, SERIES = 8, 0.0025, 0.001, 7, 5
# Loan type to its series and the scale of a proxy, as in LoanTypeMapping.
SOURCES = [(3, 1), (3, 1), (1, 1), (2, 1), (0, 1), (4, 1), (1, 0.52)]


class Prepared:
    """What `benchmarks export` and the weights file say, as arrays."""

    def __init__(self, path):
        with safetensors.safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}
            text = file.metadata()
        with safetensors.safe_open(text["loss_rates"], framework="numpy") as file:
            self.weights = {name: file.get_tensor(name) for name in file.keys()}
            self.members = int(file.metadata()["members"])
        self.factors, self.scales = text["factors"].split(","), text["scales"].split(",")
        self.banks, self.shares = text["banks"].split(","), text["inside_shares"].split(",")
        self.paths, self.capital_quarters = int(text["paths"]), int(text["capital_horizon"])
        n, b = len(self.factors), len(self.banks)
        self.quarters = tensors["shocks.values"].size // n
        shapes = {"shocks.transition": (n, n), "shocks.cholesky": (n, n), "shocks.values": (-1, n),
                  "shocks.anchors": (-1, n), "shocks.margins": (n, -1), "macro.history": (LAGS, -1),
                  "macro.lead": (LAGS, -1), "banks.balances": (b, TYPES), "banks.effect_levels": (b, TYPES),
                  "banks.effect_deviations": (b, TYPES)}
        shapes |= {f"network{i}.liabilities": (b, b) for i in range(len(self.shares))}
        self.tensors = {name: values.reshape(shapes.get(name, -1)) for name, values in tensors.items()}

    def __getitem__(self, name):
        return self.tensors[name]

    def layers(self, member, kind):
        """Weights of the layers of that kind, first to last."""
        suffixes = {"lstm": ("input_weights", "recurrent_weights", "bias"), "dense": ("weights", "bias")}[kind]
        numbers = sorted(int(name.split(".")[1][len(kind):]) for name in self.weights
                         if name.startswith(f"member{member}.{kind}") and name.endswith(suffixes[0]))
        return [[self.weights[f"member{member}.{kind}{number}.{suffix}"] for suffix in suffixes] for number in numbers]
