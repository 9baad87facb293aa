"""Simulates the execution of a graph of actions on a number of equal workers."""

import heapq


def levels(seconds, predecessors):
    """For each action the seconds of the longest chain that begins with it, and the next action of this chain or None.

    `seconds` has the duration of each action, `predecessors` the actions that must end before it starts.
    """
    followers = [[] for _ in seconds]
    missing = [0] * len(seconds)
    for number, before in enumerate(predecessors):
        for source in before:
            followers[source].append(number)
            missing[source] += 1
    level, following = list(seconds), [None] * len(seconds)
    ready = [number for number, count in enumerate(missing) if count == 0]
    done = 0
    while ready:
        number = ready.pop()
        done += 1
        if followers[number]:
            following[number] = max(followers[number], key=lambda after: (level[after], -after))
            level[number] = seconds[number] + level[following[number]]
        for source in predecessors[number]:
            missing[source] -= 1
            if missing[source] == 0:
                ready.append(source)
    if done < len(seconds):
        raise ValueError("cannot order the actions: the graph has a cycle")
    return level, following


def critical_path(seconds, predecessors):
    """The longest chain of actions: their numbers, first to last."""
    level, following = levels(seconds, predecessors)
    number = max(range(len(level)), key=lambda each: (level[each], -each), default=None)
    chain = []
    while number is not None:
        chain.append(number)
        number = following[number]
    return chain


def makespan(seconds, predecessors, workers):
    """The seconds until all actions have run: a free worker takes the ready action with the longest chain after it.

    This is list scheduling with the critical path as priority (R. L. Graham, "Bounds on Multiprocessing Timing Anomalies", 1969,
    https://doi.org/10.1137/0117039): at most total / workers + critical path.
    """
    level, _ = levels(seconds, predecessors)
    followers = [[] for _ in seconds]
    missing = [len(before) for before in predecessors]
    for number, before in enumerate(predecessors):
        for source in before:
            followers[source].append(number)
    ready = [(-level[number], number) for number, count in enumerate(missing) if count == 0]
    heapq.heapify(ready)
    running, now = [], 0.0
    while ready or running:
        while ready and len(running) < workers:
            number = heapq.heappop(ready)[1]
            heapq.heappush(running, (now + seconds[number], number))
        now, number = heapq.heappop(running)
        for after in followers[number]:
            missing[after] -= 1
            if missing[after] == 0:
                heapq.heappush(ready, (-level[after], after))
    return now
