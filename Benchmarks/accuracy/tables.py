#!/usr/bin/env python3
"""Makes the tables of docs/accuracy.md from the results of score.py, fsnet.py, beside.py,
warm.py and peers/ run.py.

usage: tables.py [--write docs/accuracy.md]

Prints them as Markdown; with --write also puts each between its marks (<!-- NAME --> and
<!-- /NAME -->) in the document. Geometric means are over all series; "better on" counts the series
on which a method's error is smaller than Foretide's by more than 1 %.
"""
import argparse
import json
import math
import os
import re

import scores
import series

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = os.path.join(HERE, "results")
THEIRS = os.path.join(HERE, "..", "peers", "accuracy", "results")
ORDER = ["persistence", "seasonal-naive", "seasonal-change", "holt-winters-documented",
         "holt-winters", "snarimax-documented", "snarimax", "laplace", "lstm", "gru",
         "lstm-scaled", "gru-scaled"]
NEARLY = 1.01

# One step ahead, as the papers report it: mean squared error on standardised channels.
PUBLISHED = [
    ("FSNet", "[2202.11672](https://arxiv.org/abs/2202.11672)", (0.466, 0.085, 0.162, 0.094)),
    ("OneNet", "[2309.12659](https://arxiv.org/abs/2309.12659)", (0.380, 0.082, 0.156, 0.017)),
    ("LSTD", "[2502.12603](https://arxiv.org/abs/2502.12603)", (0.377, 0.081, 0.153, 0.013)),
    ("TOT, the best of its variants", "[2510.18281](https://arxiv.org/abs/2510.18281)",
     (0.361, 0.077, 0.145, 0.009)),
]


def read(path):
    with open(path) as file:
        return json.load(file)


def peers():
    paths = {name: os.path.join(THEIRS, name + ".json") for name in ORDER}
    return {name: read(path) for name, path in paths.items() if os.path.exists(path)}


def short(value):
    """Three decimals, without a leading zero; large numbers with two digits."""
    if value is None or math.isnan(value):
        return "-"
    if value >= 1e4:
        return f"{value:.0e}".replace("e+", "e")
    if value >= 10:
        return f"{value:.0f}"
    return f"{value:.3f}".lstrip("0") if value < 1 else f"{value:.3f}"


def column(result, key):
    return [each[key] for each in result["series"].values()]


def mean(result, key):
    return short(scores.geometric_mean(column(result, key)))


def worst(result, key):
    return short(max(value for value in column(result, key) if not math.isnan(value)))


def better(theirs, ours, key):
    """The series on which `theirs` is clearly better, the worst for us first."""
    ratios = {name: ours["series"][name][key] / max(each[key], 1e-9)
              for name, each in theirs["series"].items()}
    return sorted(((ratio, name) for name, ratio in ratios.items() if ratio > NEARLY),
                  reverse=True)


def table(head, rows):
    lines = [head, ["---"] * len(head)] + rows
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def overall(ours, theirs):
    """All series, up to 12,000 samples of each."""
    rows = []
    for result in [ours] + [each for each in theirs.values() if each["limit"] == series.LIMIT]:
        own = result is ours
        rows.append([
            "**Foretide**" if own else result["title"], "default" if own else result["settings"],
            mean(result, "mse"), worst(result, "mse"), mean(result, "mae"), worst(result, "mae"),
            mean(result, "mse_500"), "" if own else len(better(result, ours, "mse")),
            "" if own else len(better(result, ours, "mae"))])
    return table(["method", "settings", "squared error", "worst series", "absolute error",
                  "worst series", "first 500 samples, squared", "better on, squared",
                  "better on, absolute"], rows)


def first_2000(ours, theirs):
    """All series, the first 2,000 samples of each."""
    rows = []
    for result in [ours] + list(theirs.values()):
        own = result is ours
        rows.append([
            "**Foretide**" if own else result["title"], "default" if own else result["settings"],
            mean(result, "mse_2000"), worst(result, "mse_2000"), mean(result, "mae_2000"),
            mean(result, "mse_500"), "" if own else len(better(result, ours, "mse_2000")),
            "" if own else sum(each["diverged"] > 0 for each in result["series"].values())])
    return table(["method", "settings", "squared error", "worst series", "absolute error",
                  "first 500 samples, squared", "better on, squared", "diverged on"], rows)


def figures(number, digits):
    """A number with so many figures, or without decimals when it has more before the point."""
    return f"{number:.{digits}g}" if number < 10 ** digits else f"{number:,.0f}"


def cost(ours, theirs):
    """Processor time and memory."""
    rows = []
    for result in [ours] + list(theirs.values()):
        ratio = result["microseconds"] / ours["microseconds"]
        rows.append(["**Foretide**" if result is ours else result["title"],
                     "default" if result is ours else result["settings"],
                     figures(result["microseconds"], 3), figures(ratio, 2),
                     f"{result['memory']['process_kib'] / 1024:.0f}",
                     f"{memory:,}" if (memory := result["memory"]["stream_kib"]) > 32 else "< 32"])
    return table(["method", "settings", "µs a sample", "times Foretide's",
                  "MiB of a process with one stream", "KiB of each further stream"], rows)


def families(ours, theirs):
    """Geometric means of relative squared error by family."""
    groups = {}
    for name in ours["series"]:
        groups.setdefault(series.family(name), []).append(name)
    long = [name for name in ("seasonal-change", "holt-winters", "snarimax") if name in theirs]
    brief = [name for name in ("laplace", "lstm-scaled", "gru-scaled") if name in theirs]

    def cell(result, names, key):
        return short(scores.geometric_mean([result["series"][name][key] for name in names]))

    rows = [[group, len(names), cell(ours, names, "mse")]
            + [cell(theirs[each], names, "mse") for each in long]
            + [cell(ours, names, "mse_2000")]
            + [cell(theirs[each], names, "mse_2000") for each in brief]
            for group, names in groups.items()]
    return table(["family", "series", "Foretide"] + [theirs[each]["title"] for each in long]
                 + ["Foretide, first 2,000"]
                 + [theirs[each]["title"] + ", first 2,000" for each in brief], rows)


def variants(ours):
    """Foretide's own settings, and its intervals."""
    rows = []
    for name, title in (("foretide", "default"), ("foretide-none", "`model.cell = \"none\"`"),
                        ("foretide-random", "`model.initial_weights = \"random\"`"),
                        ("foretide-absolute", "`model.loss = \"absolute\"`")):
        result = read(os.path.join(OURS, name + ".json"))
        coverage = column(result, "coverage")
        rows.append([title, mean(result, "mse"), worst(result, "mse"), mean(result, "mae"),
                     worst(result, "mae"), mean(result, "mse_500"), worst(result, "mse_500"),
                     f"{sum(0.88 <= each <= 0.92 for each in coverage)} of {len(coverage)}",
                     f"{min(coverage):.3f} to {max(coverage):.3f}", mean(result, "winkler")])
    return table(["settings", "squared error", "worst series", "absolute error", "worst series",
                  "first 500, squared", "worst series", "coverage .88 to .92 on", "coverage",
                  "Winkler score"], rows)


def intervals(ours, theirs):
    """Ours and skaters' 90 % intervals over the first 2,000 samples."""
    rows = []
    for result in [ours] + [theirs[name] for name in ("laplace",) if name in theirs]:
        coverage = column(result, "coverage_2000")
        rows.append([result["title"], mean(result, "winkler_2000"),
                     f"{sum(coverage) / len(coverage):.3f}",
                     f"{min(coverage):.3f} to {max(coverage):.3f}",
                     f"{sum(0.88 <= each <= 0.92 for each in coverage)} of {len(coverage)}"])
    return table(["method", "Winkler score", "mean coverage", "coverage", ".88 to .92 on"], rows)


def losses(ours, theirs):
    """For each peer, where it is better than Foretide over all samples it saw."""
    rows = []
    for name, result in theirs.items():
        key = "mse" if result["limit"] == series.LIMIT else "mse_2000"
        found = better(result, ours, key)
        worst_ones = ", ".join(f"{each} ({ratio:.2f})" for ratio, each in found[:6])
        rows.append([result["title"], result["settings"], len(found), worst_ones])
    return table(["method", "settings", "better on", "Foretide's squared error over its"], rows)


def absolute(ours):
    """Where Foretide's absolute error is above persistence's, and what `absolute` makes of it."""
    other = read(os.path.join(OURS, "foretide-absolute.json"))["series"]
    rows = [[name, short(each["mse"]), short(each["mae"]), short(other[name]["mae"])]
            for name, each in sorted(ours["series"].items(), key=lambda item: -item[1]["mae"])
            if each["mae"] > 1]
    return table(["series", "squared error", "absolute error", "absolute, `loss = \"absolute\"`"],
                 rows)


def fsnet():
    """The published protocol."""
    names = ["ETTh2", "ETTm1", "WTH", "exchange"]
    rows = [[name, f"arXiv {paper}"] + [f"{value:.3f}"[1:] for value in values]
            for name, paper, values in PUBLISHED]
    own, together = (read(os.path.join(OURS, f"fsnet{each}.json")) for each in ["", "-multivariate"])
    rows.append(["persistence", ""] + [f"{own[each]['persistence_mse']:.4f}"[1:] for each in names])
    for how, result in [("one channel at a time", own), ("all channels together", together)]:
        rows.append(["**Foretide**", f"{how}, cold start"]
                    + [f"**{result[each]['mse']:.4f}**".replace("0.", ".") for each in names])
    return table(["method", "source", "ETTh2", "ETTm1", "WTH", "Exchange"], rows)


def beside():
    """What a series gains from other channels and from inputs (beside.py)."""
    results = read(os.path.join(OURS, "beside.json"))
    names = {"follows": "follows a channel by a step", "driven": "an input without memory",
             "led": "an input that wanders"}
    rows = []
    for key, name in names.items():
        each = results[key]
        gap = short(each["gap_with"] / each["gap_without"]) if "gap_with" in each else ""
        rows.append([name, short(each["without"]), short(each["with"]),
                     short(each["with"] / each["without"]), gap])
    return table(["series", "without", "with it", "ratio", "ratio while it is missing"], rows)


def faults():
    """Mean absolute error after a fault over that of the clean run, pooled over the slices."""
    results = read(os.path.join(OURS, "faults.json"))["results"]
    groups = list(dict.fromkeys(result["series"] for result in results))
    cells = {(result["fault"], result["series"]): result for result in results}
    rows = []
    for fault in dict.fromkeys(result["fault"] for result in results):
        own = [cells[fault, group] for group in groups if (fault, group) in cells]
        covered = [result[key] for result in own for key in ("coverage_300", "coverage_600")
                   if result[key] is not None]
        rows.append([fault] + [
            f"{cells[fault, group]['ratio']:.3f}" if (fault, group) in cells else ""
            for group in groups] + [f"{max(each['worst'] for each in own):.2f}",
                                    f"{min(covered):.3f} to {max(covered):.3f}"])
    return table(["fault"] + groups + ["worst slice", "coverage after"], rows)


def warm():
    """The second half of each series, by what it began with (warm.py)."""
    results = read(os.path.join(OURS, "warm.json"))
    families = {"all": list(results)}
    for name in results:
        families.setdefault(series.family(name), []).append(name)
    families["nyc_taxi"] = ["nab/nyc_taxi"]
    rows = []
    for family, names in families.items():
        cells = [[short(scores.geometric_mean([results[name][way][part] for name in names]))
                  for way in ("cold", "continued", "elsewhere")] for part in (0, 1)]
        ratios = [results[name]["continued"][0] / max(results[name]["cold"][0], 1e-9)
                  for name in names]
        rows.append([family, len(names)] + cells[0] + cells[1] + [short(max(ratios))])
    return table(["family", "series", "first 500: cold", "going on", "elsewhere",
                  "whole half: cold", "going on", "elsewhere",
                  "worst series, going on / cold, first 500"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", metavar="DOCUMENT")
    arguments = parser.parse_args()
    ours, theirs = read(os.path.join(OURS, "foretide.json")), peers()
    made = {"overall": overall(ours, theirs), "first-2000": first_2000(ours, theirs),
            "cost": cost(ours, theirs), "families": families(ours, theirs),
            "variants": variants(ours), "intervals": intervals(ours, theirs), "fsnet": fsnet(),
            "beside": beside(), "losses": losses(ours, theirs), "absolute": absolute(ours),
            "faults": faults(), "warm": warm()}
    print("\n\n".join(made.values()))
    if arguments.write:
        with open(arguments.write) as file:
            text = file.read()
        for name, rows in made.items():
            mark = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
            text, count = mark.subn(lambda match: match[1] + rows + "\n" + match[2], text)
            if count != 1:
                raise SystemExit(f"{arguments.write}: expected the marks of {name} once")
        with open(arguments.write, "w") as file:
            file.write(text)


if __name__ == "__main__":
    main()
