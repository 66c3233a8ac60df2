"""Events of PHOLD in SimPy, as SimPy is written: a job is a process that works, and moves."""

import json
import random
import sys
import time

import simpy

UNIT = 1.0
agents = int(sys.argv[1])
environment = simpy.Environment()
random.seed(1)
draws = [(i * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF for i in range(agents)]
jobs = [0] * agents


def job(env, station):
    # An exponential of Python's own is faster than a table in Python.
    yield env.timeout(random.expovariate(1.0))
    while True:
        draw = draws[station] = (draws[station] * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
        jobs[station] += 1
        if draw < 0x40000000:
            station = int(draw / 0x40000000 * agents)
            yield env.timeout(UNIT)
        else:
            yield env.timeout(random.expovariate(1.0))


for each in range(agents):
    environment.process(job(environment, each))
for _ in range(agents):
    environment.step()

for line in sys.stdin:
    events = json.loads(line)
    before = time.process_time()
    step = environment.step
    for _ in range(events):
        step()
    seconds = time.process_time() - before
    print(json.dumps({"ns": 1e9 * seconds / events, "now": environment.now * 1e6}), flush=True)
