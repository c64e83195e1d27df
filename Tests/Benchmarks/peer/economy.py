"""The economy of a chunk of paths: shocks, features, loss rates, what revenue gains. [quarter][factor][path]."""

import sys

import numpy as np

from .prepared import DELTA, LAGS, SERIES, SOFTPLUS, SOURCES


class Economy:
    def __init__(self, prepared, paths, arithmetic):
        self.p, self.paths, self.xp = prepared, paths, arithmetic
        self.mixing = self.table(prepared["shocks.mixing"])
        self.margins = [self.table(values) for values in prepared["shocks.margins"]]

    def table(self, values):
        return self.xp.dtype(values), np.append(np.diff(values), 0).astype(self.xp.dtype)

    def look_up(self, table, reach, x):
        """A function tabulated on -reach … reach, straight between nodes."""
        xp, (values, steps) = self.xp, table
        place = xp.clip((x + reach) * ((values.size - 1) / (2 * reach)), 0.0, values.size - 1.001)
        cell = xp.integer(place)
        return xp.take(values, cell) + (place - xp.float(cell)) * xp.take(steps, cell)

    def innovations(self, z):
        """Standardised, [quarter][factor][path]: t copula, then the margins."""
        xp, p, n, q = self.xp, self.p, len(self.p.factors), self.p.quarters
        z = xp.reshape(z, (q, n + 1, self.paths))
        mixing = self.look_up(self.mixing, 8.0, z[:, n:])
        x = xp.matmul(xp.array(p["shocks.cholesky"]), z[:, :n]) * mixing
        return xp.stack([self.look_up(self.margins[k], 64.0, x[:, k]) for k in range(n)], 1)

    def shocks(self, z):
        """Natural values of the factors, one [quarter][path] each."""
        xp, p, n, q = self.xp, self.p, len(self.p.factors), self.p.quarters
        innovations = self.innovations(z) * xp.array(p["shocks.innovation_scales"][:, None])
        deviation, deviations = xp.array(np.zeros((n, self.paths))), []
        for quarter in range(q):
            deviation = xp.matmul(xp.array(p["shocks.transition"]), deviation) + innovations[quarter]
            deviations.append(deviation)
        return self.natural(xp.stack(deviations))

    def natural(self, deviations):
        xp, p, natural, shadows = self.xp, self.p, {}, {}
        todo = list(range(len(p.factors)))
        while todo:
            k = todo.pop(0)
            base, kind = int(p["shocks.bases"][k]), p.scales[k]
            if base in todo:
                todo.append(k)
                continue
            d = deviations[:, k]
            value, anchor = xp.array(p["shocks.values"][:, k:k + 1]), xp.array(p["shocks.anchors"][:, k:k + 1])
            if kind == "level":
                natural[k] = anchor + d
            elif kind == "spread":
                natural[k] = natural[base] + anchor + d
            elif kind == "logit":
                odds = value * xp.exp(d)
                natural[k] = odds / (1 - value + odds)
            elif kind == "logarithm":
                natural[k] = value * xp.exp(d)
            elif kind == "log spread":
                natural[k] = natural[base] + anchor * xp.exp(d)
            elif kind == "log growth":
                natural[k] = value * xp.exp(xp.cumsum(d))
            elif kind in ("shadow rate", "shadow-rate spread"):
                shadows[k] = anchor + d + (shadows[base] if base >= 0 else 0)
                y = shadows[k] / SOFTPLUS
                natural[k] = SOFTPLUS * (xp.maximum(y, 0) + xp.log1p(xp.exp(-xp.abs(y))))
            else:
                sys.exit(f"unknown scale '{kind}'")
        return [natural[k] for k in range(len(p.factors))]

    def features(self, natural):
        """[path][quarter][feature] for the network; the same for the linear model; what fans and revenue need."""
        xp, p = self.xp, self.p
        x = dict(zip(p.factors, natural))
        observables = [
            x["unemployment_rate"], x["real_gdp_growth"], x["real_disposable_income_growth"],
            xp.log(x["house_price_index"]), xp.log(x["cre_price_index"]),
            xp.log(x["dow_jones_total_stock_market"]), x["bbb_yield"] - x["treasury_10y"], x["treasury_3m"],
            x["treasury_10y"] - x["treasury_3m"], x["vix"]]
        windows = [
            xp.concatenate([xp.repeat(xp.array(p["macro.history"][:, k:k + 1]), self.paths, 1), values], 0)
            for k, values in enumerate(observables)]
        def back(k, quarters): return windows[k][LAGS - quarters:LAGS - quarters + p.quarters]
        def change(k, quarters): return back(k, 0) - back(k, quarters)
        def year(k): return (back(k, 0) + back(k, 1) + back(k, 2) + back(k, 3)) / 4
        raw = [back(0, 0), change(0, 1), change(0, 4), back(1, 0), year(1), year(2),
               change(3, 1), change(3, 4), change(3, 8), change(4, 1), change(4, 4), change(4, 8), change(5, 4),
               back(6, 0), back(7, 0), change(7, 4), back(8, 0), back(9, 0)]
        w = p.weights
        features = (xp.stack(raw, 1) - xp.array(w["features.mean"][:, None])) / xp.array(
            w["features.standard_deviation"][:, None])
        response = self.revenue_response(x)
        return xp.transpose(features, (2, 0, 1)), features, response, xp.stack(natural, 1)

    def revenue_response(self, x):
        """CLASS: [capitalQuarter][path], a quarter's revenue gained as a fraction of assets."""
        xp = self.xp
        margin, fees, expense, spread, index = (float(v) for v in self.p["revenue.state"])
        responses = []
        for quarter in range(self.p.capital_quarters):
            bill, bond = x["treasury_3m"][quarter], x["treasury_10y"][quarter]
            bbb, stocks = x["bbb_yield"][quarter], x["dow_jones_total_stock_market"][quarter]
            margin = 0.793 * margin + 0.0220 * bill + 0.0426 * (bond - bill)
            fees = 0.904 * fees + 0.00407 * (stocks / index - 1)
            expense = 0.816 * expense + 0.179 * (bbb - bond - spread)
            spread, index = bbb - bond, stocks
            responses.append((margin + fees - expense) / 4)
        return xp.stack(responses)

    def loss_rates(self, features, outputs, z, errors_on):
        """[quarter][loanType][path], annualised."""
        xp, w, rates = self.xp, self.p.weights, []
        start = w["rates_at_jump_off"][-1] + DELTA
        last = xp.repeat(xp.array(np.sign(start) * np.sqrt(np.abs(start)))[:, None], self.paths, 1)
        error = xp.array(np.zeros((SERIES, self.paths)))
        z = xp.reshape(z, (self.p.quarters, SERIES, self.paths))
        network = xp.transpose(outputs, [1, 2, 0])
        share = xp.array(w["combination.network_share"][:, None])
        for quarter in range(self.p.quarters):
            driven = xp.matmul(xp.array(w["linear.coefficients"]), features[quarter])
            last = xp.array(w["linear.intercept"][:, None]) + xp.array(w["linear.persistence"][:, None]) * last + driven
            error = (xp.array(w["residuals.autocorrelation"][:, None]) * error
                     + xp.matmul(xp.array(w["residuals.factor"]), z[quarter]))
            target = (xp.array(w["targets.mean"][:, None])
                      + xp.array(w["targets.standard_deviation"][:, None]) * network[quarter])
            s = (1 - share) * last + share * target + errors_on * error
            rates.append(s * xp.abs(s) - DELTA)
        rates = xp.stack(rates)
        return xp.stack([scale * rates[:, series] for series, scale in SOURCES], 1)
