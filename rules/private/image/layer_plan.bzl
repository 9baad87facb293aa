"""plan_layers: chooses the neighbouring layers to merge. A pure function, so that unit tests can test it."""

def _runs(items):
    """Joins neighbours of one origin into runs, because an update changes all of them or none."""
    runs = []
    for position, item in enumerate(items):
        if runs and runs[-1].origin == item.origin:
            last = runs.pop()
            runs.append(struct(origin = last.origin, size = last.size + item.size, start = last.start))
        else:
            runs.append(struct(origin = item.origin, size = item.size, start = position))
    return runs

def _costs(runs):
    """The cost of a layer of runs `first` to `last`: its size in bytes, times the number of origins that may change."""
    costs = []
    for first in range(len(runs)):
        size = 0
        origins = {}
        row = {}
        for last in range(first, len(runs)):
            size += runs[last].size
            origins[runs[last].origin] = None
            row[last] = size * len(origins)
        costs.append(row)
    return costs

def plan_layers(items, most):
    """Cuts a list of layers into at most `most` pieces, each of which becomes one layer.

    The order does not change, so the merged layers have the same effect: the last layer that contains a path decides.
    The result is the plan for which updates transfer the fewest bytes, if all origins (source packages) change equally
    often: a layer is then pulled again as often as any of its origins changes. So large packages and packages without a
    common origin stay separate, and small ones share a layer. Among equal plans, the one with the fewest layers is
    chosen, then the one whose later cuts come first.

    Args:
      items: structs of `origin`, a string, and `size`, a number of bytes; lowest first.
      most: the highest number of layers, at least 1.

    Returns:
      A list of (start, end), the positions of each piece, `end` exclusive.
    """
    runs = _runs(items)
    if not runs:
        return []
    costs = _costs(runs)

    # best[count][last]: the cost of putting runs 0 to last into count + 1 layers, and the start of the last layer.
    best = [{last: (costs[0][last], 0) for last in range(len(runs))}]
    for count in range(1, min(most, len(runs))):
        row = {}
        for last in range(count, len(runs)):
            found = None
            for start in range(count, last + 1):
                cost = best[count - 1][start - 1][0] + costs[start][last]
                if found == None or cost < found[0]:
                    found = (cost, start)
            row[last] = found
        best.append(row)
    end = len(runs) - 1
    cheapest = min([row[end][0] for row in best])
    count = [number for number, row in enumerate(best) if row[end][0] == cheapest][0]

    pieces = []
    until = len(items)
    for number in range(count, -1, -1):
        start = best[number][end][1]
        pieces.append((runs[start].start, until))
        until = runs[start].start
        end = start - 1
    return pieces[::-1]
