"""Tests of what stands in letters."""
