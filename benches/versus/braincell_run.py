"""BrainCell 0.2 on JAX, CPU: independent points only (W1), independent exponential Euler, all steps in one compiled loop."""

import os
import time

import common

spec = common.load_spec()
# XLA takes a thread for each CPU it may run on.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: spec["threads"]])
os.environ["JAX_PLATFORMS"] = "cpu"
import braincell  # noqa: E402
import brainstate  # noqa: E402
import braintools  # noqa: E402
import brainunit as u  # noqa: E402
import jax  # noqa: E402
import numpy as np  # noqa: E402

brainstate.environ.set(precision=64 if spec["precision"] == "f64" else 32)


class Squid(braincell.SingleCompartment):
    """The channels' defaults are the squid's rates at 6.3 degC (no temperature factor at their reference)."""

    def __init__(self, size, m):
        super().__init__(
            size,
            V_initializer=braintools.init.Constant(spec["v_init_mv"] * u.mV),
            V_th=spec["threshold_mv"] * u.mV,
            solver="ind_exp_euler",
        )
        siemens = u.siemens / u.cm**2
        self.na = braincell.ion.SodiumFixed(size, E=m["e_na"] * u.mV)
        self.na.add(INa=braincell.channel.Na_HH1952(size, g_max=m["g_na"] * siemens))
        self.k = braincell.ion.PotassiumFixed(size, E=m["e_k"] * u.mV)
        self.k.add(IK=braincell.channel.K_HH1952(size, g_max=m["g_k"] * siemens))
        self.leak = braincell.channel.IL(size, E=m["e_leak"] * u.mV, g_max=m["g_leak"] * siemens)


n, dt = spec["cells"], spec["dt_ms"]
steps = round(spec["duration_ms"] / dt)
cells = Squid(n, spec["membrane"])
cells.init_state()
drive = u.math.asarray(np.array(spec["drive_ua_cm2"])[np.arange(n) % spec["groups"]]) * u.uA / u.cm**2


def step(i):
    with brainstate.environ.context(i=i, t=i * dt * u.ms, dt=dt * u.ms):
        before = cells.V.value
        cells.update(drive)
        return (before < 0 * u.mV) & (cells.V.value >= 0 * u.mV)


@brainstate.transform.jit
def run():
    return brainstate.transform.for_loop(step, np.arange(steps))


# The first call compiles and runs; the second, from the same start, runs alone.
start = time.perf_counter()
jax.block_until_ready(run())
first_s = time.perf_counter() - start
cells.reset_state()
start = time.perf_counter()
spikes = np.asarray(jax.block_until_ready(run()))
run_s = time.perf_counter() - start
index, cell = np.nonzero(spikes)
if not np.isfinite(np.asarray(cells.V.value.to_decimal(u.mV))).all():
    raise SystemExit("some potentials are not finite at the end")
common.write_spikes(spec, (index + 1) * dt, cell)
common.answer(run_s, len(cell), compile_s=first_s - run_s, again_s=run_s, scheme="exponential Euler (first order)")
