"""The schedule of actions on workers."""

import random
import unittest

import schedule

# 0 and 1 are independent, 2 needs both, 3 needs 0.
SECONDS = [3.0, 1.0, 2.0, 1.0]
PREDECESSORS = [[], [], [0, 1], [0]]


def random_graph(choose, size):
    """Actions that need some of the actions before them."""
    before = [sorted(choose.sample(range(number), min(number, choose.randint(0, 3)))) for number in range(size)]
    return [choose.random() for _ in range(size)], before


class ScheduleTest(unittest.TestCase):
    def test_critical_path(self):
        self.assertEqual(schedule.critical_path(SECONDS, PREDECESSORS), [0, 2])
        self.assertEqual(schedule.critical_path([], []), [])

    def test_known_makespans(self):
        self.assertEqual(schedule.makespan(SECONDS, PREDECESSORS, 1), 7.0)
        self.assertEqual(schedule.makespan(SECONDS, PREDECESSORS, 2), 5.0)
        self.assertEqual(schedule.makespan([], [], 3), 0.0)

    def test_the_longest_chain_is_first(self):
        # A chain of 2 + 2 and two short actions: in the order of numbers, two workers would need 5.
        self.assertEqual(schedule.makespan([1.0, 1.0, 2.0, 2.0], [[], [], [], [2]], 2), 4.0)

    def test_bounds(self):
        choose = random.Random(1)
        for _ in range(50):
            seconds, before = random_graph(choose, choose.randint(1, 60))
            chain = sum(seconds[number] for number in schedule.critical_path(seconds, before))
            for workers in (1, 2, 7, 100):
                span = schedule.makespan(seconds, before, workers)
                self.assertGreaterEqual(span + 1e-9, max(sum(seconds) / workers, chain))
                self.assertLessEqual(span - 1e-9, sum(seconds) / workers + chain)
            self.assertAlmostEqual(schedule.makespan(seconds, before, 1), sum(seconds))
            self.assertAlmostEqual(schedule.makespan(seconds, before, len(seconds)), chain)

    def test_a_cycle_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "cannot order the actions: the graph has a cycle"):
            schedule.critical_path([1.0, 1.0], [[1], [0]])


if __name__ == "__main__":
    unittest.main()
