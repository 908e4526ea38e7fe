"""The business hours in the form in which they are kept. Raises ValueError with the sentence for the field."""

from datetime import date

from flask_babel import gettext as _

from portal.core.hours import DAY, Opening, Week

SHORTEST = 15
"""Minutes that someone is there on a day on which someone is: of less, a target would take years."""
MOST_DAYS = 500


def checked_week(week: Week) -> list[list[int] | None]:
    """Seven days, each closed or open for a while."""
    if len(week) != 7:
        raise ValueError(_("A week has seven days."))
    return [_checked(day) for day in week]


def checked_days(days: list[str]) -> list[str]:
    """Days as 2026-12-25, each once, in order."""
    kept: set[str] = set()
    for day in days:
        try:
            kept.add(date.fromisoformat(day.strip()).isoformat())
        except ValueError:
            raise ValueError(_("“%(value)s” is not a day such as 2026-12-25.", value=day.strip())) from None
    if len(kept) > MOST_DAYS:
        raise ValueError(_("At most %(most)s days.", most=MOST_DAYS))
    return sorted(kept)


def _checked(day: Opening | None) -> list[int] | None:
    if day is None:
        return None
    begins, ends = day
    if not (begins >= 0 and begins + SHORTEST <= ends <= DAY):
        raise ValueError(_("The hours of a day end at least a quarter of an hour after they begin."))
    return [begins, ends]
