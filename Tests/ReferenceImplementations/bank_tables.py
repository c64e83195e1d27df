#!/usr/bin/env python3
"""Rebuilds the derived columns of scenarios/data/us-banks-*.csv from the published tables beside them.

Run at the top of the repository: python3 Tests/ReferenceImplementations/bank_tables.py [--check]
It rewrites eight columns and leaves the rest of each file as it is; with --check it only compares.
The rules are those of scenarios/data/banks.md; BankTableSourceTests.swift computes the same figures again.
"""
import csv
import io
import sys

FOLDER = "scenarios/data/"
TABLES = {
    "us-banks-2023q4.csv": ("2023Q4", "us-macro-history-2023q4.csv"),
    "us-banks-2025q4.csv": ("2025Q4", "us-macro-history.csv"),
}
LOAN_TYPES = {  # balance type: (series of the charge-off table, scale of its proxy)
    "first_mortgage": ("residential_real_estate", 1.0),
    "junior_lien": ("residential_real_estate", 1.0),
    "commercial_and_industrial": ("commercial_and_industrial", 1.0),
    "commercial_real_estate": ("commercial_real_estate", 1.0),
    "credit_card": ("credit_cards", 1.0),
    "other_consumer": ("other_consumer", 1.0),
    "other_loans": ("commercial_and_industrial", 0.52),
}
MERGERS = "us-bank-mergers.csv"
EXERCISES_TO_AVERAGE = 3
EXERCISES_FOR_ALLOWANCE = 2
FIRST_CHARGE_OFF = "1991Q1"


def read(name):
    """Notes, header and rows of a table."""
    with open(FOLDER + name, newline="", encoding="utf-8") as file:
        lines = file.read().splitlines()
    notes = [line for line in lines if line.startswith("#")]
    header, *rows = csv.reader(line for line in lines if not line.startswith("#"))
    return notes, header, [dict(zip(header, row)) for row in rows]


def number(text):
    return float(text) if text else None


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def long_run_rate(charge_offs, series, last):
    """Mean annualised charge-off rate, percent; other consumer loans are joined from two columns."""
    rates = []
    for row in charge_offs:
        if FIRST_CHARGE_OFF <= row["quarter"] <= last:
            rate = number(row[series])
            if rate is None and series == "other_consumer":
                rate = number(row["other_consumer_unadjusted"])
            if rate is not None:
                rates.append(rate)
    return mean(rates)


def mapped_rate(charge_offs_of_quarter, balances):
    """One quarter's charge-off rate of a portfolio; types without a figure are left out."""
    total = weight = 0.0
    for loan_type, (series, scale) in LOAN_TYPES.items():
        rate = number(charge_offs_of_quarter[series])
        if rate is None and series == "other_consumer":
            rate = number(charge_offs_of_quarter["other_consumer_unadjusted"])
        if rate is not None:
            total += balances[loan_type] * scale * rate
            weight += balances[loan_type]
    return total / weight


def later_share(charge_offs, balances, last):
    """Losses of the four quarters after the worst nine on record, as a share of those nine."""
    rates = [
        mapped_rate(row, balances) for row in charge_offs if FIRST_CHARGE_OFF <= row["quarter"] <= last
    ]
    nine = [sum(rates[i : i + 9]) for i in range(len(rates) - 12)]
    worst = max(range(len(nine)), key=lambda i: nine[i])
    return sum(rates[worst + 9 : worst + 13]) / nine[worst]


def coverage(results, charge_offs, jump_off):
    """Years of long-run charge-offs that the opening allowances of the latest exercises came to."""
    totals = [r for r in results if not r["id_rssd"] and r["scenario"] == "severely_adverse"]
    known = sorted((r for r in totals if r["published"] <= jump_off), key=lambda r: r["published"])
    years = []
    for row in known[-EXERCISES_FOR_ALLOWANCE:]:
        balances = {
            t: 100 * float(row[t + "_losses"]) / float(row[t + "_loss_rate"]) for t in LOAN_TYPES
        }
        losses = float(row["loan_losses"])
        share = later_share(charge_offs, balances, row["jump_off"])
        opening = losses * (1 + share) - float(row["provisions"])
        yearly = sum(
            balances[t] * scale * long_run_rate(charge_offs, series, row["jump_off"]) / 100
            for t, (series, scale) in LOAN_TYPES.items()
        )
        years.append(opening / yearly)
        print(f"  {row['exercise']}: later share {share:.4f}, allowance {opening:.1f} bn, {years[-1]:.4f} years")
    return mean(years)


def revenue_response(history, path):
    """Mean over nine quarters of the revenue that the economy moves, percent of assets a year (CLASS)."""
    first = path[0]["quarter"]
    rows = [r for r in history if "1990Q1" <= r["quarter"] < first] + path
    margin = fees = expense = None
    last_spread = last_index = None
    responses = []
    for row in rows:
        bill, bond = float(row["treasury_3m"]), float(row["treasury_10y"])
        spread, index = float(row["bbb_yield"]) - bond, float(row["dow_jones_total_stock_market"])
        drive = 0.022 * bill + 0.0426 * (bond - bill)
        if margin is None:
            margin, fees, expense = drive / (1 - 0.793), 0.0, 0.0
        else:
            margin = 0.793 * margin + drive
            fees = 0.904 * fees + 0.00407 * 100 * (index / last_index - 1)
            expense = 0.816 * expense + 0.179 * (spread - last_spread)
        last_spread, last_index = spread, index
        responses.append(margin + fees - expense)
    return mean(responses[-len(path) :])


def combined_record(bank_id, results, mergers, jump_off):
    """The absorbed participants and the last exercises of everything that is the bank at the jump-off.

    An exercise that began before a merger was completed needs the absorbed bank's line beside the survivor's,
    and is left out without it; a later one shows the merged bank already.
    """
    lines = {
        (r["exercise"], r["id_rssd"]): r
        for r in results if r["scenario"] == "severely_adverse" and r["published"] <= jump_off
    }
    own = sorted((r for (_, i), r in lines.items() if i == bank_id), key=lambda r: r["published"])
    absorbed = [m for m in mergers if m["survivor_id"] == bank_id and m["completed"] <= jump_off]
    record = []
    for line in own:
        before = [m["absorbed_id"] for m in absorbed if line["jump_off"] < m["completed"]]
        parts = [line] + [lines.get((line["exercise"], i)) for i in before]
        if all(parts):
            record.append(parts)
    record = record[-EXERCISES_TO_AVERAGE:]
    used = {part["id_rssd"] for parts in record for part in parts}
    return [m["absorbed"] for m in absorbed if m["absorbed_id"] in used], record


def revenue_rate(parts):
    """Percent of average assets over nine quarters; average assets are the published amount over its rate."""
    if len(parts) == 1:
        return float(parts[0]["pre_provision_net_revenue_rate"])
    amounts = [float(p["pre_provision_net_revenue"]) for p in parts]
    rates = [float(p["pre_provision_net_revenue_rate"]) for p in parts]
    if 0.0 in rates:
        sys.exit(f"{parts[0]['bank']}, {parts[0]['exercise']}: a revenue rate of 0.0 hides the average assets")
    return sum(amounts) / sum(a / r for a, r in zip(amounts, rates))


def share(parts, column):
    """Percent of risk-weighted assets; an amount that was not published is none."""
    amounts = sum(number(p[column]) or 0.0 for p in parts)
    return 100 * amounts / sum(float(p["risk_weighted_assets"]) for p in parts)


def derive(table, jump_off, history_name):
    results = read("us-supervisory-results.csv")[2][1:]
    mergers = read(MERGERS)[2]
    charge_offs = read("us-charge-off-rates.csv")[2][2:]
    paths = read("us-reference-stress-paths.csv")[2][1:]
    history = read(history_name)[2][2:]
    responses = {
        e: revenue_response(history, [r for r in paths if r["exercise"] == e])
        for e in dict.fromkeys(r["exercise"] for r in paths)
        if any(r["exercise"] == e and r["published"] <= jump_off for r in results)
    }
    print(f"{table}: " + ", ".join(f"{e} {r:.4f}" for e, r in responses.items()))
    years = coverage(results, charge_offs, jump_off)
    rates = {t: scale * long_run_rate(charge_offs, series, jump_off) for t, (series, scale) in LOAN_TYPES.items()}

    notes, header, rows = read(table)
    units, dates, banks = rows[0], rows[1], rows[2:]
    latest = max(r["published"] for r in results if r["published"] <= jump_off)
    for column in header[header.index("exercises") :]:
        dates[column] = jump_off if column == "opening_allowance" else latest
    for bank in banks:
        absorbed, own = combined_record(bank["id_rssd"], results, mergers, jump_off)
        for column in header[header.index("exercises") :]:
            bank[column] = ""
        allowance = years * sum(rates[t] / 100 * (number(bank[t]) or 0.0) for t in LOAN_TYPES)
        bank["opening_allowance"] = f"{allowance:.4f}"
        if not own:
            continue
        names = [parts[0]["exercise"] for parts in own]
        bank["exercises"] = " + ".join(names) + (f" (with {' and '.join(absorbed)})" if absorbed else "")
        bank["revenue_rate"] = f"{mean(revenue_rate(parts) for parts in own):.4f}"
        found = [responses[name] for name in names if name in responses]
        bank["reference_revenue_response"] = f"{mean(found or responses.values()):.4f}"
        for column in (
            "trading_and_counterparty_losses", "securities_losses", "other_losses", "other_comprehensive_income"
        ):
            bank[column] = f"{mean(share(parts, column) for parts in own):.4f}"
    output = io.StringIO()
    output.write("".join(note + "\n" for note in notes))
    writer = csv.DictWriter(output, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows([units, dates] + banks)
    return output.getvalue()


def main():
    different = False
    for table, (jump_off, history) in TABLES.items():
        text = derive(table, jump_off, history)
        if "--check" in sys.argv:
            with open(FOLDER + table, newline="", encoding="utf-8") as file:
                same = file.read() == text
            print(f"{table}: {'as derived' if same else 'DIFFERENT'}")
            different = different or not same
        else:
            with open(FOLDER + table, "w", newline="", encoding="utf-8") as file:
                file.write(text)
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
