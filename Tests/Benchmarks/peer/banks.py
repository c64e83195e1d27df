"""The banks of a chunk of paths: losses, quarterly capital, contagion. [bank][path]."""

import numpy as np

from .prepared import TYPES


class Banks:
    def __init__(self, prepared, paths, arithmetic):
        self.p, self.paths, self.xp = prepared, paths, arithmetic
        self.impacts = [self.impact(i) for i in range(len(prepared.shares))]
        # (I − Λ)⁻¹: where distress ends while no bank is wiped out.
        self.multipliers = [np.linalg.inv(np.eye(len(impact)) - impact) for impact in self.impacts]

    def impact(self, i):
        """Λ: share of a bank's CET1 that is lost when another loses all of its own."""
        loss_given_default = 1 - self.p["network.rules"][0]
        return loss_given_default * self.p[f"network{i}.liabilities"].T / self.p["banks.cet1"][:, None]

    def capital(self, rates, errors_on, response, z_effects, allowance_scale):
        """Everything from loss rates to DebtRank before the wipe-outs; `errors_on` is 1 or 0."""
        xp, p, t = self.xp, self.p, self.p.tensors
        def column(name): return xp.array(t[name][:, None])
        s, level = xp.array(t["banks.effect_deviations"][:, :, None]), xp.array(t["banks.effect_levels"][:, :, None])
        z = xp.reshape(z_effects, (len(p.banks), TYPES, self.paths))
        # Without model error every bank's rates are those of its loan types.
        effects = errors_on * level * xp.exp(s * z - s * s / 2) + (1 - errors_on)
        exposures = xp.array(t["banks.balances"][:, :, None] / 4) * effects
        losses = sum(exposures[None, :, k] * rates[:, None, k] for k in range(TYPES))
        type_losses = xp.sum(exposures, 0) * xp.sum(rates[:p.capital_quarters], 0)

        tax_rate, tax_limit, payout = (float(v) for v in t["capital.rules"])
        spread = 1 / p.capital_quarters
        cet1 = xp.repeat(column("banks.cet1"), self.paths, 1)
        opening = column("banks.opening_allowances") * allowance_scale
        allowance, pre_tax_sum, tax_sum = opening, 0.0, 0.0
        least_tax = -tax_limit * column("banks.cet1")
        other = column("banks.other_losses") * spread
        oci = column("banks.other_comprehensive_income") * spread
        levels, revenues, distributed = [], 0.0, 0.0
        for quarter in range(p.capital_quarters):
            ahead = losses[quarter + 1] + losses[quarter + 2] + losses[quarter + 3] + losses[quarter + 4]
            new_allowance = xp.maximum(ahead, opening)
            revenue = column("banks.revenue") + column("banks.assets") * response[quarter]
            trading = column("banks.trading_losses") if quarter == 0 else 0.0
            pre_tax = revenue - losses[quarter] - (new_allowance - allowance) - trading - other
            pre_tax_sum = pre_tax_sum + pre_tax
            new_tax = xp.maximum(tax_rate * pre_tax_sum, least_tax)
            net = pre_tax - (new_tax - tax_sum)
            shared = payout * xp.maximum(net, 0)
            cet1 = cet1 + net + oci - shared
            allowance, tax_sum = new_allowance, new_tax
            levels.append(cet1)
            revenues, distributed = revenues + revenue, distributed + shared
        cet1 = xp.stack(levels)
        lowest = xp.min(cet1, 0)
        loan_losses = xp.sum(losses[:p.capital_quarters], 0)
        weights = column("banks.risk_weighted_assets")
        ratios = cet1 / weights
        minimum = lowest / weights
        system = xp.sum(cet1, 1) / float(t["banks.risk_weighted_assets"].sum())
        system_minimum = xp.min(system, 0)
        total = xp.sum(type_losses, 0)
        start, system_weights = float(t["banks.cet1"].sum()), float(t["banks.risk_weighted_assets"].sum())
        breaching = xp.sum(xp.float(minimum < column("banks.requirements")), 0)
        provisions = loan_losses + allowance - opening
        walk = xp.stack([
            revenues, -provisions, -xp.repeat(column("banks.trading_losses"), self.paths, 1),
            -xp.repeat(column("banks.other_losses"), self.paths, 1),
            xp.repeat(column("banks.other_comprehensive_income"), self.paths, 1), -tax_sum, -distributed])
        walk = xp.concatenate([walk, xp.sum(walk, 1, keepdims=True)], 1)
        sums = xp.stack([xp.sum(walk, 2), xp.sum(walk * walk, 2)])
        # As in ColumnLayout, the networks' columns last.
        columns = xp.concatenate([
            xp.stack([total, total - type_losses[1] - type_losses[6], start - system_minimum * system_weights,
                      system_minimum, breaching]),
            system, type_losses, loan_losses, column("banks.cet1") - lowest, minimum, ratios[-1]], 0)
        shock = xp.clip((column("banks.cet1") - lowest) / column("banks.cet1"), 0, 1)
        distress = [xp.matmul(xp.array(self.multipliers[i]), shock) for i in range(len(p.shares))]
        return columns, sums, lowest, shock, distress, ratios, rates

    def contagion(self, i, lowest, shock, distress):
        """Defaults, contagious defaults, shortfall and DebtRank of one network, [4][path]; distress per bank, summed."""
        p = self.p
        cet1, (recovery, below) = p["banks.cet1"], p["network.rules"]
        wiped = np.flatnonzero((distress > 1).any(0))
        if wiped.size:
            distress = distress.copy()
            distress[:, wiped] = self.iterate(self.impacts[i], shock[:, wiped].astype(float))
        gain = distress - shock
        debt_rank = cet1.astype(np.float32) @ gain / np.float32(cet1.sum())
        thresholds = below * p["banks.risk_weighted_assets"]
        failed = lowest < thresholds[:, None].astype(np.float32)
        defaults = failed.sum(0, dtype=np.float32)
        contagious, shortfall = np.zeros((2, self.paths), np.float32)
        some = np.flatnonzero(defaults)
        if some.size:
            contagious[some], shortfall[some] = self.clear(
                i, lowest[:, some].astype(float), failed[:, some], thresholds, recovery)
        return np.stack([defaults, contagious, shortfall, debt_rank]), gain.sum(1)

    @staticmethod
    def iterate(impact, losses):
        """The linear dynamics round by round, for the paths on which a bank is wiped out."""
        change = losses.copy()
        while change.max() > 1e-12:
            next_losses = np.minimum(1, losses + impact @ change)
            change, losses = next_losses - losses, next_losses
        return losses

    def clear(self, i, lowest, failed, thresholds, recovery):
        """The greatest clearing vector, from full payment downwards, for all paths with a default at once."""
        p = self.p
        liabilities, assets, cet1 = p[f"network{i}.liabilities"], p["banks.assets"], p["banks.cet1"]
        owed = (assets - cet1)[:, None]
        full = liabilities.sum(0)[:, None]
        shares = (liabilities / owed).T
        external = np.maximum(0, assets[:, None] - full + lowest - cet1[:, None])
        payments = np.repeat(owed, lowest.shape[1], 1)
        received, defaulted = full, failed
        while True:
            defaulted = defaulted | (external + received - owed < thresholds[:, None])
            new = np.where(defaulted, np.minimum(owed, recovery * (external + received)), owed)
            received = shares @ new
            if np.abs(new - payments).max() < 1e-6:
                break
            payments = new
        return (defaulted & ~failed).sum(0), (full - received).sum(0)
