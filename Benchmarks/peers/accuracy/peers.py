"""The forecasters that Foretide is compared with, each behind one call.

A peer is made for one series (`season` samples in a season, 0: none) and is a function: it is given
each value and returns its forecast of the next one. What it does not say (before it has seen
enough) is the value itself.
"""
import collections

Peer = collections.namedtuple("Peer", "title settings packages limit make")


class Persistence:
    def __init__(self, season):
        pass

    def __call__(self, value):
        return value


class SeasonalNaive:
    """The value one season before the next; until there is one, the last value."""

    def __init__(self, season):
        self.past = collections.deque(maxlen=max(season, 1))

    def __call__(self, value):
        self.past.append(value)
        return self.past[0] if len(self.past) == self.past.maxlen else value


class SeasonalChange:
    """The last value plus the change one season before the next."""

    def __init__(self, season):
        self.past = collections.deque(maxlen=season + 1)

    def __call__(self, value):
        self.past.append(value)
        if len(self.past) < max(self.past.maxlen, 2):
            return value
        return value + self.past[1] - self.past[0]


class River:
    """A forecaster of river.time_series."""

    def __init__(self, model, first):
        self.model, self.left = model, first

    def __call__(self, value):
        self.model.learn_one(value)
        if self.left > 0:  # It cannot forecast before it is initialised.
            self.left -= 1
            return value
        return self.model.forecast(horizon=1)[0]


def snarimax_documented(season):
    """The settings of the example in River's documentation, with its default regressor."""
    from river import time_series
    season = season or 12
    return River(time_series.SNARIMAX(p=season, d=1, q=season, m=season, sd=1), season + 2)


def snarimax(p, seasons, regressor):
    """Changes, `p` of them and those of so many `seasons` ago; all standardised, as the target."""
    def make(season):
        from river import preprocessing, time_series
        scaled = preprocessing.TargetStandardScaler(
            regressor=preprocessing.StandardScaler() | regressor())
        seasonal = {"m": season, "sp": seasons} if season else {}
        return River(time_series.SNARIMAX(p=p, d=1, q=0, **seasonal, regressor=scaled), 3)
    return make


def adam(rate):
    def make():
        from river import linear_model, optim
        return linear_model.LinearRegression(optimizer=optim.Adam(rate))
    return make


def sgd(rate):
    def make():
        from river import linear_model, optim
        return linear_model.LinearRegression(optimizer=optim.SGD(rate))
    return make


def holt_winters(alpha, beta, gamma):
    """Additive; without a season (or `gamma`) Holt's trend, without `beta` a smoothed level."""
    def make(season):
        from river import time_series
        seasonal = {"gamma": gamma, "seasonality": season} if season and gamma else {}
        model = time_series.HoltWinters(alpha=alpha, beta=beta, **seasonal)
        return River(model, max(2, season if seasonal else 0) - 1)
    return make


class Laplace:
    """skaters' one forecaster; its forecast is the mean of the distribution that it gives."""

    def __init__(self, season):
        from skaters import laplace
        self.skater, self.state = laplace(k=1), None

    def __call__(self, value):
        distributions, self.state = self.skater(value, self.state)
        self.distribution = distributions[0]
        return self.distribution.mean

    def interval(self):
        return self.distribution.quantile(0.05), self.distribution.quantile(0.95)


def recurrent(cell, rate):
    """deep-river's LSTMRegressor, or the same with a GRU in a RollingRegressor."""
    import torch
    from deep_river.regression.rolling_regressor import RollingRegressor
    from deep_river.regression.zoo import LSTMRegressor

    def make(inputs):
        if cell == "lstm":
            return LSTMRegressor(n_features=inputs, lr=rate)

        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.gru = torch.nn.GRU(inputs, 32)
                self.head = torch.nn.Linear(32, 1)

            def forward(self, x):
                return self.head(self.gru(x)[0][-1])

        torch.manual_seed(42)
        return RollingRegressor(module=Net(), optimizer_fn="adam", lr=rate,
                                gradient_clip_value=1.0)
    return make


class DeepRiverPlain:
    """As shipped: the value is the only input, the next value the target."""

    def __init__(self, cell, rate):
        self.model, self.input = recurrent(cell, rate)(1), None

    def __call__(self, value):
        if self.input is not None:
            self.model.learn_one(self.input, value)
        self.input = {"value": value}
        return self.model.predict_one(self.input)


class DeepRiverScaled:
    """With River's StandardScaler on value and change; the target is the next change, scaled."""

    def __init__(self, cell, rate):
        from river import preprocessing, stats
        self.model, self.scaler = recurrent(cell, rate)(2), preprocessing.StandardScaler()
        self.variance, self.input, self.last = stats.Var(), None, None

    def __call__(self, value):
        change = 0.0 if self.last is None else value - self.last
        scale = self.variance.get() ** 0.5
        if scale > 0:
            self.model.learn_one(self.input, change / scale)
        if self.last is not None:
            self.variance.update(change)
        self.last = value
        raw = {"value": value, "change": change}
        self.scaler.learn_one(raw)
        self.input = self.scaler.transform_one(raw)
        return value + self.variance.get() ** 0.5 * self.model.predict_one(self.input)


RIVER, SKATERS, DEEP = ["river"], ["skaters"], ["deep_river", "river", "torch"]
ALL = 12_000
SLOW = 2_000  # Samples of each series for peers of over half a millisecond a sample.

PEERS = {
    "persistence": Peer("persistence", "", [], ALL, Persistence),
    "seasonal-naive": Peer("seasonal naive", "season by hand", [], ALL, SeasonalNaive),
    "seasonal-change": Peer("seasonal naive change", "last value + the change of a season ago",
                            [], ALL, SeasonalChange),
    "holt-winters-documented": Peer(
        "River HoltWinters", "as documented: alpha .3, beta .1, gamma .6; additive", RIVER, ALL,
        holt_winters(0.3, 0.1, 0.6)),
    "holt-winters": Peer("River HoltWinters, best", "alpha .8, neither trend nor season",
                         RIVER, ALL, holt_winters(0.8, None, None)),
    "snarimax-documented": Peer(
        "River SNARIMAX", "as documented: p = q = m = season, d = sd = 1, its default regressor",
        RIVER, ALL, snarimax_documented),
    "snarimax": Peer(
        "River SNARIMAX, best", "p 24, d 1, sp 2; StandardScaler, TargetStandardScaler, Adam .003",
        RIVER, ALL, snarimax(24, 2, adam(0.003))),
    "laplace": Peer("skaters laplace", "k = 1", SKATERS, SLOW, Laplace),
    "lstm": Peer("deep-river LSTM", "as shipped: LSTMRegressor(n_features=1)", DEEP, SLOW,
                 lambda season: DeepRiverPlain("lstm", 1e-3)),
    "gru": Peer("deep-river GRU", "the same settings, RollingRegressor", DEEP, SLOW,
                lambda season: DeepRiverPlain("gru", 1e-3)),
    "lstm-scaled": Peer("deep-river LSTM, scaled", "StandardScaler; target the scaled change",
                        DEEP, SLOW, lambda season: DeepRiverScaled("lstm", 1e-3)),
    "gru-scaled": Peer("deep-river GRU, scaled", "StandardScaler; target the scaled change",
                       DEEP, SLOW, lambda season: DeepRiverScaled("gru", 1e-3)),
}
