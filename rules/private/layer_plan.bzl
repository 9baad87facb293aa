"""plan_layers: which neighbours among layers become one. Pure, so that it is tested by itself."""

def _runs(items):
    """Neighbours of one origin are one piece: an update has all of them or none."""
    runs = []
    for position, item in enumerate(items):
        if runs and runs[-1].origin == item.origin:
            last = runs.pop()
            runs.append(struct(origin = last.origin, size = last.size + item.size, start = last.start))
        else:
            runs.append(struct(origin = item.origin, size = item.size, start = position))
    return runs

def _costs(runs):
    """What an update of one of its packages costs on average, for the layer of runs `first` to `last`: its bytes, for each origin in it."""
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

    Order is kept, so the merged layers have the same effect: what lies in several layers is that of the last. Of all ways to
    cut, it is the one after which updates move the fewest bytes: where each origin (source package) changes as often as any
    other, a layer is pulled anew as often as it has origins. So large packages and those that share no origin stay alone, and
    small ones share a layer. Among equals it is the one with the fewest layers, then the one whose later cuts come first.

    Args:
      items: structs of `origin`, a string, and `size`, a number of bytes; lowest first.
      most: the number of layers, at least 1.

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
