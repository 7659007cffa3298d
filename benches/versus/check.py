"""Whether the simulators compute the same thing.

Small networks first, at dt and dt/2, against huxley at dt/16. The peers are of first order, so that a difference of theirs has
to halve with dt: what is left when it is extrapolated to dt = 0 must be within a few steps. Then, at full size and the same dt,
spikes are counted: those of W1 to W3 cell by cell (all but what drifts past the end must be there); those of W4, which is
chaotic, as a rate (its small network is compared before that shows).
"""

import math
import statistics

import model

SMALL = {
    "W1": dict(cells=10, duration_ms=60.0),
    "W2": dict(cells=10, duration_ms=60.0),
    "W3": dict(cells=8, duration_ms=60.0, synapses=50),
    "W4": dict(cells=50, duration_ms=25.0, synapses=10, dt_ms=0.025),
}
# Of the spikes, how many have to be as near: in W4 a few follow an input that hardly reaches threshold, and move by more than dt.
SHARE = {"W4": 0.9}
LEFT_STEPS = 3  # of dt: allowed after the extrapolation; spike times of NEURON, Brian2 and BrainCell are those of the step's end
END = 1.5  # times the largest drift of a spike: how near the end a spike may be that one has and the other not, W1 to W3
RATES = 0.05  # allowed difference of rates, W4, beside the spread of the rate itself
FROM_MS = 200.0  # rates of W4 are counted from here, when it has forgotten the volley
REPEATS = 5  # runs of huxley with volleys that differ by some percent, for that spread


def trains(spikes, cells):
    out = [[] for _ in range(cells)]
    for time, cell in sorted(spikes):
        out[cell].append(time)
    return out


def difference(train, reference):
    """(largest count difference of a cell, largest time difference of spikes that both have, that of first spikes), ms."""
    count = max(abs(len(a) - len(b)) for a, b in zip(train, reference))
    pairs = [(x - y, k) for a, b in zip(train, reference) for k, (x, y) in enumerate(zip(a, b))]
    signed = max((d for d, _ in pairs), key=abs, default=0.0)
    first = max((d for d, k in pairs if k == 0), key=abs, default=0.0)
    return count, signed, first


def converges(runner, workload, names, folder):
    """The small networks. A row a simulator: errors at dt and dt/2 (ms), what extrapolation leaves, whether that passes."""
    base = model.spec(workload, **SMALL[model.kind(workload)])
    inputs = f"{folder}/{base['kind']}-small"
    model.write_inputs(base, inputs)
    dt, n = base["dt_ms"], base["cells"]

    def errors(name, step, reference, **more):
        result = runner.run(name, dict(base, dt_ms=step), inputs, spikes=True, compiled=False, **more)
        train = trains(result["train"], n)
        return train if reference is None else (train, result)

    reference = errors("huxley", dt / 16, None)
    rows = []
    for name, more in [(name, {}) for name in names] + [("huxley", dict(integrator="backward-euler"))]:
        whole, result = errors(name, dt, reference, **more)
        half, _ = errors(name, dt / 2, reference, **more)
        count, error, first = difference(whole, reference)
        count_half, error_half, _ = difference(half, reference)
        second = name == "huxley" and not more
        # Spike by spike: 2 x(dt/2) - x(dt) is of second order.
        left = sorted(
            abs((y if second else 2 * y - x) - z) for a, b, c in zip(whole, half, reference) for x, y, z in zip(a, b, c)
        )
        left = left[math.ceil(SHARE.get(base["kind"], 1.0) * len(left)) - 1] if left else math.inf
        passes = count_half <= 1 and left <= LEFT_STEPS * dt
        rows.append(
            dict(
                simulator=name,
                scheme=more.get("integrator", result.get("scheme")),
                dt_ms=dt,
                count_difference=count,
                error_ms=error,
                first_error_ms=first,
                error_half_ms=error_half,
                left_ms=left,
                passes=passes,
            )
        )
    return rows


def floors(runner, workload, names, folder):
    """Peak memory of each with ten cells, without what writes spikes."""
    base = model.spec(workload, **SMALL[model.kind(workload)])
    return {
        name: runner.run(name, base, f"{folder}/{base['kind']}-small")["peak_rss"]
        for name in names
        if name != "coarse"
    }


def rate(result, spec):
    start = FROM_MS if spec["duration_ms"] > 2 * FROM_MS else spec["duration_ms"] / 2
    return sum(time >= start for time, _ in result["train"]) / spec["cells"] / (spec["duration_ms"] - start) * 1000


def reference_rates(runner, spec, inputs):
    """Rates of huxley for volleys 0, 1, 2 ... % stronger: the spread of a chaotic network's rate."""
    rates = []
    for k in range(REPEATS):
        more = dict(spec, volley_factor=1 + 0.01 * k)
        rates.append(rate(runner.run("huxley", more, inputs, spikes=True, threads=runner.threads), spec))
    return statistics.mean(rates), statistics.stdev(rates)


def counts(name, result, reference, spec, rates):
    """At full size: what is compared, in words, and whether it passes."""
    if spec["kind"] == "W4":
        mean, sd = rates
        mine = rate(result, spec)
        return dict(
            simulator=name,
            rate_hz=mine,
            reference_hz=mean,
            sd_hz=sd,
            passes=abs(mine - mean) <= RATES * mean + 2 * sd,
            text=f"{mine:.1f} Hz; huxley {mean:.1f} +- {sd:.1f}",
        )
    a, b = (trains(r["train"], spec["cells"]) for r in (result, reference))
    count, error, first = difference(a, b)
    # At the end a train may have a spike less where the drift of its spikes pushes the next one past the end.
    last = spec["duration_ms"] - END * abs(error) - spec["dt_ms"]
    odd = sum(time < last for x, y in zip(a, b) for time in max(x, y, key=len)[min(len(x), len(y)) :])
    silent = sum(not train for train in a)
    return dict(
        simulator=name,
        spikes=len(result["train"]),
        reference=len(reference["train"]),
        largest_count_difference=count,
        error_ms=error,
        first_error_ms=first,
        odd_spikes=odd,
        silent_cells=silent,
        passes=odd == 0 and silent == 0,
        text=f"{len(result['train'])} spikes (huxley {len(reference['train'])}), "
        f"{odd} that the other lacks before the end; first spikes up to {first:+.3f} ms, others up to {error:+.3f}",
    )
