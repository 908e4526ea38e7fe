"""What pages and actions ask about ideas."""

from portal.ideas.queries.requesters import requesters, whole

__all__ = ["requesters", "whole"]
