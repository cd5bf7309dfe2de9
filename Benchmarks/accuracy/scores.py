"""Scores of one-step-ahead forecasts, made before each value was seen, from the first sample on."""
import json
import math

INTERVAL_FROM = 30  # Coverage and Winkler scores leave out the first samples of a cold start.


def relative(values, forecasts, first, last):
    """Squared and absolute error over [first, last), divided by those of repeating the last value.

    Steps whose value or predecessor is missing are left out for both.
    """
    square = persistence_square = absolute = persistence_absolute = 0.0
    for index in range(max(first, 1), min(last, len(values))):
        value, previous = values[index], values[index - 1]
        if math.isnan(value) or math.isnan(previous):
            continue
        error, change = forecasts[index] - value, previous - value
        square += error * error
        absolute += abs(error)
        persistence_square += change * change
        persistence_absolute += abs(change)
    if persistence_square == 0:
        return math.nan, math.nan
    return square / persistence_square, absolute / persistence_absolute


def score(values, forecasts):
    """The errors of a whole series and of its parts, relative to persistence."""
    count = len(values)
    mse, mae = relative(values, forecasts, 1, count)
    mse_2000, mae_2000 = relative(values, forecasts, 1, 2000)
    return {"mse": mse, "mae": mae, "mse_2000": mse_2000, "mae_2000": mae_2000,
            "mse_500": relative(values, forecasts, 1, 500)[0],
            "mse_last75": relative(values, forecasts, count // 4, count)[0]}


def interval_score(values, intervals, level=0.9):
    """Coverage, and the Winkler score relative to a constant interval known with hindsight.

    The latter is the last value plus and minus the `level` quantile of all absolute changes.
    """
    scored = [i for i in range(INTERVAL_FROM, len(values))
              if intervals[i] is not None and not math.isnan(values[i])]
    inside = sum(intervals[i][0] <= values[i] <= intervals[i][1] for i in scored)
    steps = [i for i in scored if not math.isnan(values[i - 1])]
    changes = sorted(abs(values[i] - values[i - 1]) for i in steps)
    half = changes[min(len(changes) - 1, int(level * len(changes)))]
    own = sum(winkler(values[i], *intervals[i], level) for i in steps)
    constant = sum(winkler(values[i], values[i - 1] - half, values[i - 1] + half, level)
                   for i in steps)
    return {"coverage": inside / len(scored),
            "winkler": own / constant if constant > 0 else math.nan}


def winkler(value, lower, upper, level):
    """Winkler (1972): the width, and 2/(1 - level) times what the value lies outside."""
    return upper - lower + 2 / (1 - level) * (max(lower - value, 0) + max(value - upper, 0))


def geometric_mean(values):
    values = [value for value in values if not math.isnan(value)]
    return math.exp(sum(math.log(max(value, 1e-9)) for value in values) / len(values))


def write(path, result):
    """Writes results as JSON, a line a series, numbers with five significant digits."""
    def rounded(value):
        if isinstance(value, dict):
            return {key: rounded(item) for key, item in value.items()}
        return float(f"{value:.5g}") if isinstance(value, float) else value

    series = ",\n".join(f"  {json.dumps(name)}: {json.dumps(rounded(scores))}"
                        for name, scores in sorted(result["series"].items()))
    head = "".join(f" {json.dumps(key)}: {json.dumps(rounded(value))},\n"
                   for key, value in result.items() if key != "series")
    with open(path, "w") as file:
        file.write("{\n" + head + ' "series": {\n' + series + "\n }\n}\n")
