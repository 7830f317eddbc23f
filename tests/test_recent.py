"""What is kept of feeds: what was asked for last, within a limit."""

from calendar_service.recent import Recent


def test_what_was_asked_for_longest_ago_falls_out_first():
    kept = Recent(limit=2)
    kept.put("core", 1)
    kept.put("variant", 2)
    kept.get("core")
    kept.put("another variant", 3)

    assert [kept.get(key) for key in ("core", "variant", "another variant")] == [1, None, 3]


def test_the_limit_counts_sizes_and_what_is_replaced_counts_once():
    kept = Recent(limit=10)
    for _ in range(3):
        kept.put("core", "c", 6)
    kept.put("small", "s", 4)

    assert (kept.get("core"), kept.get("small")) == ("c", "s")
    kept.put("more", "m", 1)
    assert (kept.get("core"), kept.get("small"), kept.get("more")) == (None, "s", "m")


def test_what_is_larger_than_the_limit_is_not_kept():
    kept = Recent(limit=10)
    kept.put("huge", "h", 11)
    kept.put("small", "s", 1)

    assert (kept.get("huge"), kept.get("small")) == (None, "s")
