"""What happens when things break: shortly in every run of the tests, in full by `make faults`."""

import os

import pytest

FULL = os.environ.get("RONDO_FAULTS") == "full"
"""Whether to break things as often as it takes to be sure, and not only as often as one likes to wait."""
in_full = pytest.mark.skipif(not FULL, reason="takes some minutes on each database: make faults")
