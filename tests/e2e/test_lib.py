"""The parts of the end-to-end library that need no muster."""

import unittest
from datetime import datetime

from lib import ZONE, _edges, _near, class_fleet, quiet


class Quiet(unittest.TestCase):
    def test_every_minute_of_a_day_finds_windows_without_an_edge_near(self):
        text = class_fleet(50)
        for minute in range(0, 24 * 60, 7):
            now = datetime(2026, 11, 21, minute // 60, minute % 60, tzinfo=ZONE)
            self.assertFalse(_near(_edges(quiet(text, now)), now), now)

    def test_windows_stay_where_they_are_when_nothing_is_near(self):
        text = class_fleet(50)
        self.assertEqual(quiet(text, datetime(2026, 11, 21, 4, 0, tzinfo=ZONE)), text)
        moved = quiet(text, datetime(2026, 11, 23, 8, 50, tzinfo=ZONE))
        self.assertNotEqual(moved, text)
        self.assertIn("daily 00:00-24:00", moved, "always on stays always on")

    def test_sizes(self):
        self.assertEqual(class_fleet(10).count("\n  student-"), 10)
        self.assertEqual(class_fleet(500).count("key: generate"), 100)


if __name__ == "__main__":
    unittest.main()
