#!/usr/bin/env python3
"""Makes the tables of docs/performance.md from the figures in results/.

usage: tables.py [--write docs/performance.md]

Prints them as Markdown; with --write also puts each between its marks (<!-- NAME --> and
<!-- /NAME -->) in the document. A table whose figures are not there is left as it is.
"""
import argparse
import json
import pathlib
import re

RESULTS = pathlib.Path(__file__).resolve().parent / "results"
LEVELS = ["scalar", "x86-64-v2", "x86-64-v3", "x86-64-v4", "neon"]


def read(name):
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def number(value, digits=3):
    """So many significant digits, grouped by thousands."""
    if value is None:
        return "–"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    return f"{value:,.{max(0, digits - max(whole, 1))}f}"


def whole(value):
    return f"{value:,.0f}"


def percent(share):
    return f"{100 * share:.0f} %"


def markdown(heading, rows):
    """The first column is flush left."""
    rule = ["---", *["--:"] * (len(heading) - 1)]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (heading, rule, *rows))


def updates():
    bench = read("bench")
    if not bench:
        return None
    rows = []
    for row in bench["update"]:
        rows.append([f"{row['cell']} {row['hidden']}, {row['batch']}", number(row["median_us"]),
                     number(row["min_us"]), number(row["gflops"]), percent(row["share_of_peak"])])
    return (f"Peak {number(bench['fma_peak_gflops'])} GFLOP/s ({bench['isa']}), memory read at"
            f" {number(bench['memory_read_gbytes'])} GB/s, changed at"
            f" {number(bench['memory_update_gbytes'])} GB/s.\n\n" + markdown(
                ["cell and hidden units, windows at once", "median µs", "least µs", "GFLOP/s",
                 "of the peak"], rows))


def steps():
    bench = read("bench")
    if not bench:
        return None
    sizes = sorted({row["hidden"] for row in bench["step"]})
    cells = list(dict.fromkeys(row["cell"] for row in bench["step"]))
    times = {(row["cell"], row["hidden"]): row["median_ns"] for row in bench["step"]}
    return markdown(["ns a step, hidden units", *sizes],
                    [[cell, *(number(times[cell, size]) for size in sizes)] for cell in cells])


def levels():
    """The updates that line 2 of the comparison between levels is about."""
    found = [(level, read(f"bench-{level}")) for level in LEVELS]
    found = [(level, bench) for level, bench in found if bench]
    if not found:
        return None
    shapes = [(row["cell"], row["hidden"], row["batch"]) for row in found[0][1]["update"]
              if row["hidden"] in (32, 128)]
    rows = [["peak, GFLOP/s", *(number(bench["fma_peak_gflops"]) for _, bench in found)]]
    for shape in shapes:
        times = [next(row["median_us"] for row in bench["update"]
                      if (row["cell"], row["hidden"], row["batch"]) == shape)
                 for _, bench in found]
        rows.append([f"{shape[0]} {shape[1]}, {shape[2]}", *map(number, times)])
    return markdown(["µs an update", *(level for level, _ in found)], rows)


def stream():
    bench = read("bench")
    if not bench:
        return None
    one = bench["stream"]
    many = one["in_turn"]
    return markdown(["the default stream", ""], [
        ["one stream, µs a sample", number(one["us_per_sample"])],
        ["until the forecast is there", number(one["forecast_us"])],
        ["learning after it", number(one["learn_us"])],
        ["samples a second and core", number(one["samples_per_second"])],
        [f"{many['streams']:,} streams in turn, µs a sample", number(many["us_per_sample"])],
        ["their speed as a share of one stream's", percent(many["share_of_one"])],
        ["bytes, as counted", whole(one["bytes"])],
        ["bytes, of the process's memory", whole(many["rss_bytes"])]])


def growth():
    figures = read("growth")
    if not figures:
        return None
    rows = [[f"`{row['setting']}` {row['value']}", number(row["us_per_sample"]),
             number(row["forecast_us"]), number(row["learn_us"]), number(row["bytes"] / 1024)]
            for row in figures if row["setting"] != "experts"]
    return markdown(["`model.` setting", "µs a sample", "forecast", "learning", "KiB"], rows)


def experts():
    figures = read("growth")
    if not figures:
        return None
    rows, before, whole = [], 0.0, None
    ladder = [row for row in figures if row["setting"] == "experts"]
    whole = ladder[-1]["us_per_sample"]
    for row in ladder:
        more = row["us_per_sample"] - before
        rows.append([row["value"], number(more), percent(more / whole), number(row["bytes"] / 1024)])
        before = row["us_per_sample"]
    return markdown(["with it", "µs more", "of all", "KiB in all"], rows)


def end_to_end():
    bench = read("bench")
    if not bench:
        return None
    rows = []
    for row in bench["end_to_end"]:
        rate = row["offered_per_second"]
        rows.append([f"{row['transport']}, {row['pipeline']}",
                     "all it takes" if rate is None else whole(rate),
                     whole(row["messages_per_second"]), row["lost"], number(row["p50_us"]),
                     number(row["p99_us"]), number(row["thread_ns_per_message"])])
    return markdown(["over, through", "offered/s", "messages/s", "lost", "p50 µs", "p99 µs",
                     "thread ns/message"], rows)


def latency():
    figures = read("latency")
    if not figures:
        return None
    return markdown([f"at {figures['rate']:,} samples/s over tcp", ""], [
        ["the forwarder's p50, µs", number(figures["forwarder_p50_us"])],
        ["its p99", number(figures["forwarder_p99_us"])],
        ["added by the engine, p50", number(figures["added_p50_us"])],
        ["added, p99", number(figures["added_p99_us"])],
        ["the engine's thread on a message without a model, ns",
         number(figures["thread_ns_without_model"])],
        ["of it the forecaster, persistence alone", number(figures["of_it_the_forecaster_ns"])]])


def peers():
    figures = read("speed")
    if not figures:
        return None
    versions = ", ".join(f"{name} {version}" for name, version in figures["versions"].items())
    rows = [[f"{row['peer']}, {row['case']}", number(row["us"]), number(row["ours_us"]),
             f"{number(row['ratio'])} times"] for row in figures["peers"]]
    return f"{versions}.\n\n" + markdown(["peer, work", "its µs", "ours", "ours is faster"], rows)


def loads():
    sustained, many = read("sustained"), read("many-streams")
    rows = []
    if sustained:
        one = sustained["steady"]
        rows += [
            [f"{one['rate']:,} samples/s, {one['streams']:,} streams, {one['seconds']:.0f} s: lost",
             one["lost"]],
            ["most samples on the way", whole(one["most_on_the_way"])],
            ["growth of memory after the first 10 s", f"{100 * one['rss_growth']:.1f} %"],
            ["processor time a sample, all threads, µs", number(one["cpu_us_per_sample"])]]
        if "speed" in sustained:
            speed = sustained["speed"]
            rows += [
                ["closed loop, samples/s", whole(speed["foretide_per_second"])],
                ["the daemon of pyzmq and PyTorch", number(speed["torch_daemon_per_second"])],
                ["ours is faster", f"{number(speed['ratio'])} times"]]
    if many:
        rows += [
            [f"{many['streams']:,} streams of a small model: bytes each, as counted",
             whole(many["bytes_each"])],
            ["the process's growth as a share of it", percent(many["rss_per_estimate"])],
            [f"offered {many['steady']['rate']:,} samples/s: answered a second",
             whole(many["steady"]["messages_per_second"])],
            ["lost", many["steady"]["lost"]]]
    return markdown(["load", ""], rows) if rows else None


TABLES = {"updates": updates, "steps": steps, "levels": levels, "stream": stream,
          "growth": growth, "experts": experts, "end-to-end": end_to_end,
          "latency": latency, "peers": peers, "loads": loads}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=pathlib.Path, help="the document")
    options = parser.parse_args()
    text = options.write.read_text(encoding="utf-8") if options.write else ""
    for name, make in TABLES.items():
        table = make()
        if table is None:
            continue
        print(f"## {name}\n\n{table}\n")
        marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if options.write and not marks.search(text):
            raise SystemExit(f"{options.write}: no <!-- {name} -->")
        text = marks.sub(lambda found: found[1] + "\n" + table + "\n\n" + found[2], text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
